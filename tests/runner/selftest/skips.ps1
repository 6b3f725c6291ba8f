# Every test here is skipped.

Describe 'skips' {
    It 'by its own -Skip' -Skip { throw 'ran' }
    It 'by -Skip:$true' -Skip:$true { throw 'ran' }
    It 'by Set-ItResult' { Set-ItResult -Skipped -Because 'there is no reason'; throw 'ran' }
    It 'by Set-ItResult -Inconclusive' { Set-ItResult -Inconclusive; throw 'ran' }
    Context 'by the block''s' -Skip {
        It 'is skipped' { throw 'ran' }
        Context 'nested' { It 'is skipped too' { throw 'ran' } }
    }
}
