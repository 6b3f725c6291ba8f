Describe 'common.ps1' {
    BeforeAll { . $PSScriptRoot/common.ps1 }

    It 'imports the module of this repository' {
        (Get-Module ProcConcurrency).Path | Should -BeLike "$(Split-Path $PSScriptRoot)*"
    }

    It 'imports it once' {
        . $PSScriptRoot/common.ps1
        @(Get-Module ProcConcurrency) | Should -HaveCount 1
    }

    It 'waits until a condition holds' {
        $calls = @{ Count = 0 }
        Wait-Until { $calls.Count++; $calls.Count -ge 3 }
        $calls.Count | Should -Be 3
    }

    It 'fails when a condition never holds' {
        { Wait-Until { $false } -TimeoutSeconds 0.1 } | Should -Throw -ExceptionType ([TimeoutException]) -ExpectedMessage '*{ $false }'
    }
}
