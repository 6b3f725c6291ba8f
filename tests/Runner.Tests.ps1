# Invoke-Tests.ps1: no way for a test file to go wrong looks like success. The sample files are written here, and run by the
# Pester that runs this file.
Describe 'The tests'' runner' {
    BeforeAll {
        $runner = "$PSScriptRoot/Invoke-Tests.ps1"
        $version = "$((Get-Module Pester).Version)"
        $samples = @{
            good     = 'Describe d { It one { [Console]::In.ReadToEnd().Trim() | Should -Be "" }; It two -Skip { }; It "three <n>" -TestCases @{ n = 3 } { } }'
            fails    = "Describe d {`n    It two { 1 | Should -Be 2 }`n    It three { throw 'no' }`n    It four { }`n}"
            before   = 'Describe d { BeforeAll { throw "too early" }; It one { }; It two { } }'
            after    = 'Describe d { AfterAll { throw "too late" }; It one { } }'
            exits    = 'Describe d { It one { exit 0 } }'
            dies     = 'Describe d { It one { }; It two { Stop-Process -Id $PID -Force } }'
            unparsed = 'Describe d { It one'
            empty    = 'Describe d { }'
            process  = 'Describe d { It one { $null = Start-Process sleep 120 -PassThru } }'
            file     = 'Describe d { It one { Set-Content "$([IO.Path]::GetTempPath())/forgotten" x } }'
            socket   = 'Describe d { It one { $global:socket = [Net.Sockets.Socket]::new("Unix", "Stream", "Unspecified"); $global:socket.Bind([Net.Sockets.UnixDomainSocketEndPoint]::new("$([IO.Path]::GetTempPath())/listening")) } }'
            # Each of these ends once the other is there.
            romeo    = 'Describe d { It one { $null = New-Item "$PSScriptRoot/romeo"; while (-not (Test-Path "$PSScriptRoot/juliet")) { Start-Sleep -Milliseconds 50 } } }'
            juliet   = 'Describe d { It one { $null = New-Item "$PSScriptRoot/juliet"; while (-not (Test-Path "$PSScriptRoot/romeo")) { Start-Sleep -Milliseconds 50 } } }'
            # Long, so that it would be among the first.
            hermit   = "# Runs alone: others would count.`n" + 'Describe d { It one { @(Get-Process | Where-Object { $_.Parent.Id -eq (Get-Process -Id $PID).Parent.Id }).Count | Should -Be 1 } }' + ' ' * 500
        }
        foreach ($name in $samples.Keys) {
            Set-Content "$TestDrive/$name.Tests.ps1" $samples[$name]
        }

        $said = @(& $runner -Path "$TestDrive/*.Tests.ps1" -PesterVersion $version -ResultPath "$TestDrive/out/xml" -GraceSeconds 1)
        $code = $LASTEXITCODE

        # What was said of a file: its counts, and the lines below them.
        function Get-Report([string] $Name) {
            $found = $false
            foreach ($line in $said) {
                if ($line -like "$Name.Tests.ps1 *") {
                    $found = $true
                    $line -replace '^\S+ +' -replace ' +[\d.,]+ s$'
                } elseif ($found -and $line -like '  *') {
                    $line.Split("`n").Trim()
                } elseif ($found) {
                    break
                }
            }
        }
    }

    It 'runs <Name>: <Counts>' -TestCases @(
        @{ Name = 'good'; Counts = '2 passed, 0 failed, 1 skipped' }
        @{ Name = 'romeo'; Counts = '1 passed, 0 failed' }
        @{ Name = 'juliet'; Counts = '1 passed, 0 failed' }
        @{ Name = 'hermit'; Counts = '1 passed, 0 failed' }
    ) {
        Get-Report $Name | Should -Be $Counts
    }

    It 'fails <Name>: <Counts>, and says "<Says>"' -TestCases @(
        @{ Name = 'before'; Counts = '0 passed, 2 failed'; Says = 'RuntimeException: too early' }
        @{ Name = 'after'; Counts = '1 passed, 1 failed'; Says = 'RuntimeException: too late' }
        @{ Name = 'exits'; Counts = '* failed'; Says = '*' }
        @{ Name = 'dies'; Counts = '0 passed, 1 failed'; Says = 'Its process ended before the end of its tests, with exit code 137.' }
        @{ Name = 'unparsed'; Counts = '0 passed, 1 failed'; Says = 'Missing closing ''}'' in statement block or type definition.' }
        @{ Name = 'empty'; Counts = '0 passed, 1 failed'; Says = 'The file has no test.' }
        @{ Name = 'process'; Counts = '1 passed, 1 failed'; Says = 'Left behind: process *: *sleep 120' }
        @{ Name = 'file'; Counts = '1 passed, 1 failed'; Says = 'Left behind: temporary file forgotten' }
        @{ Name = 'socket'; Counts = '1 passed, 1 failed'; Says = 'Left behind: socket listening' }
    ) {
        $counts, $rest = Get-Report $Name
        $counts | Should -BeLike $Counts
        $counts | Should -Not -Match ' 0 failed'
        @($rest) -like $Says | Should -Not -BeNullOrEmpty
    }

    It 'says of each failed test its name, its message, and where it is' {
        $counts, $rest = Get-Report fails
        $counts | Should -Be '1 passed, 2 failed'
        $text = $rest -join "`n"
        $text | Should -Match '(?s)d\.two\nExpected 2, but got 1\.\nat [^\n]*fails\.Tests\.ps1:2\n.*d\.three\nRuntimeException: no\nat [^\n]*fails\.Tests\.ps1:3'
    }

    It 'says what the last test was before a process ended' {
        (Get-Report dies)[-1] | Should -BeLike '|   `[+`] one *'
    }

    It 'ends with the ten slowest files and the sum, and an exit code' {
        $said[-12] | Should -Be 'The slowest files:'
        $said[-11..-2] | Should -Match '^ +[\d.,]+ s  \w+\.Tests\.ps1$'
        $passed, $failed = 'passed', 'failed' | ForEach-Object { ($said[0..($said.Count - 2)] | Select-String "\.Tests\.ps1 .*\b(\d+) $_" | ForEach-Object { [int] $_.Matches[0].Groups[1].Value } | Measure-Object -Sum).Sum }
        $said[-1] | Should -Be "$passed passed, $failed failed, 1 skipped"
        $code | Should -Be 1
    }

    It 'writes NUnit XML' {
        $xml = [xml] (Get-Content "$TestDrive/out/xml/fails.Tests.xml" -Raw)
        $xml.'test-results'.total, $xml.'test-results'.failures | Should -Be '3', '2'
    }

    It 'ends a file that hangs, and leaves nothing itself' {
        Set-Content "$TestDrive/hangs.Tests.ps1" 'Describe d { It one { Start-Sleep 1000 } }'
        $said = @(& $runner -Path "$TestDrive/hangs*" -PesterVersion $version -TimeoutSeconds 2)
        $LASTEXITCODE | Should -Be 1
        $said[-1] | Should -Be '0 passed, 1 failed'
        (Get-Report hangs)[1] | Should -Be 'Its process hung before the end of its tests, and was ended after 2 s.'
        Get-ChildItem ([IO.Path]::GetTempPath()) -Filter pt-* | Should -BeNullOrEmpty
    }

    It 'works where the folder for temporary files is <_>' -TestCases '/there/is/none', 'a long one' {
        $temp = $env:TMPDIR
        try {
            $env:TMPDIR = if ($_ -eq 'a long one') { New-Item "$TestDrive/$('x' * 100)" -ItemType Directory } else { $_ }
            (& $runner -Path "$TestDrive/good*" -PesterVersion $version)[-1] | Should -Be '2 passed, 0 failed, 1 skipped'
            $LASTEXITCODE | Should -Be 0
        } finally {
            $env:TMPDIR = $temp
        }
    }

    It 'is a failure where there is no test file, and says which Pester is missing' {
        & $runner -Path "$TestDrive/none*" | Should -Be "There is no test file: $TestDrive/none*", '0 passed, 0 failed'
        $LASTEXITCODE | Should -Be 1
        { & $runner -Path "$TestDrive/good*" -PesterVersion 99 } | Should -Throw 'The tests need Pester 99; there is *'
    }
}
