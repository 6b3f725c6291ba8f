# Takes long: runs the runner.
# Invoke-Tests.ps1: no way for a test file to go wrong looks like success. The sample files are written here, and run by the
# Pester that runs this file.
Describe 'The tests'' runner' {
    BeforeAll {
        $runner = "$PSScriptRoot/Invoke-Tests.ps1"
        $version = "$((Get-Module Pester).Version)"
        $samples = @{
            # Each of these two ends once the other is there; what the second does last fails it.
            romeo    = "Describe d {`n    It one { `$null = New-Item `$PSScriptRoot/romeo; while (-not (Test-Path `$PSScriptRoot/juliet)) { Start-Sleep -Milliseconds 50 } }
                It two { [Console]::In.ReadToEnd().Trim() | Should -Be '' }
                It three -Skip { }
                It 'four <n>' -TestCases @{ n = 4 } { [IO.Path]::GetTempPath().Length | Should -BeLessThan 60 } }"
            juliet   = 'Describe d { AfterAll { throw "too late" }; It one { $null = New-Item $PSScriptRoot/juliet; while (-not (Test-Path $PSScriptRoot/romeo)) { Start-Sleep -Milliseconds 50 } } }'
            fails    = "Describe d {`n    It two { 1 | Should -Be 2 }`n    It three { throw 'no' }`n    It four { }`n}`nDescribe e { BeforeAll { throw 'too early' }; It one { } }"
            exits    = 'Describe d { It one { exit 0 } }'
            dies     = 'Describe d { It one { }; It two { Stop-Process -Id $PID -Force } }'
            unparsed = 'Describe d { It one'
            empty    = 'Describe d { }'
            jumps    = 'Describe d { It one { foreach ($i in 1) { break } }; break; It two { throw "never" } }'
            leaves   = 'Describe d { It one {
                $null = Start-Process sleep 120 -PassThru
                $temp = [IO.Path]::GetTempPath()
                Set-Content "$temp/forgotten" x
                $global:socket = [Net.Sockets.Socket]::new("Unix", "Stream", "Unspecified")
                $global:socket.Bind([Net.Sockets.UnixDomainSocketEndPoint]::new("$temp/listening")) } }'
        }
        foreach ($name in $samples.Keys) {
            Set-Content "$TestDrive/$name.Tests.ps1" $samples[$name]
        }

        # A folder for temporary files whose name is too long for a socket's path.
        $temp = $env:TMPDIR
        $env:TMPDIR = New-Item "$TestDrive/$('x' * 100)" -ItemType Directory
        try {
            $said = @(& $runner -Path "$TestDrive/*.Tests.ps1" -PesterVersion $version -ResultPath "$TestDrive/out/xml" -GraceSeconds 1)
            $code = $LASTEXITCODE
        } finally {
            $env:TMPDIR = $temp
        }

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

    It 'runs files side by side' {
        Get-Report romeo | Should -Be '3 passed, 0 failed, 1 skipped'
    }

    It 'fails <Name>: <Counts>, and says "<Says>"' -TestCases @(
        @{ Name = 'fails'; Counts = '1 passed, 3 failed'; Says = 'RuntimeException: too early' }
        @{ Name = 'juliet'; Counts = '1 passed, 1 failed'; Says = 'RuntimeException: too late' }
        # Pester 6 takes an exit for a jump, and says so itself.
        @{ Name = 'exits'; Counts = '* failed'; Says = (Get-Module Pester).Version.Major -ge 6 ? '*escaped from your code*' : 'It* end*' }
        @{ Name = 'dies'; Counts = '0 passed, 1 failed'; Says = 'Its process ended before the end of its tests, with exit code 137.' }
        @{ Name = 'unparsed'; Counts = '0 passed, 1 failed'; Says = 'Missing closing ''}'' in statement block or type definition.' }
        @{ Name = 'empty'; Counts = '0 passed, 1 failed'; Says = 'The file has no test.' }
        @{ Name = 'jumps'; Counts = '1 passed, 1 failed'; Says = 'Line 1: break outside of a loop.' }
        @{ Name = 'leaves'; Counts = '1 passed, 1 failed'; Says = 'Left behind: process *: *sleep 120' }
        @{ Name = 'leaves'; Counts = '1 passed, 1 failed'; Says = 'Left behind: temporary file forgotten' }
        @{ Name = 'leaves'; Counts = '1 passed, 1 failed'; Says = 'Left behind: socket listening' }
    ) {
        $found, $rest = Get-Report $Name
        $found | Should -BeLike $Counts
        $found | Should -Not -Match ' 0 failed'
        @($rest) -like $Says | Should -Not -BeNullOrEmpty
    }

    It 'says of each failed test its name, its message, and where it is' {
        (Get-Report fails) -join "`n" |
            Should -Match '(?s)d\.two\nExpected 2, but got 1\.\nat [^\n]*fails\.Tests\.ps1:2\n.*d\.three\nRuntimeException: no\nat [^\n]*fails\.Tests\.ps1:3'
    }

    It 'says which test was the last before a process ended' {
        (Get-Report dies)[-1] | Should -BeLike '|   `[+`] one *'
    }

    It 'ends with the slowest files, ten at the most, and the sum, and an exit code' {
        $said[-2 - $samples.Count] | Should -Be 'The slowest files:'
        $said[(-1 - $samples.Count)..-2] | Should -Match '^ +[\d.,]+ s  \w+\.Tests\.ps1$'
        $sums = foreach ($word in 'passed', 'failed', 'skipped') {
            ($said | Select-String "^\w+\.Tests\.ps1 .*\b(\d+) $word" | ForEach-Object { [int] $_.Matches[0].Groups[1].Value } | Measure-Object -Sum).Sum
        }
        $said[-1] | Should -Be ('{0} passed, {1} failed, {2} skipped' -f $sums)
        $code | Should -Be 1
    }

    It 'writes NUnit XML' {
        $xml = [xml] (Get-Content "$TestDrive/out/xml/fails.Tests.xml" -Raw)
        $xml.'test-results'.total, $xml.'test-results'.failures | Should -Be '4', '3'
    }

    It 'ends a file that hangs, also where the folder for temporary files is not there' {
        Set-Content "$TestDrive/hangs.Tests.ps1" 'Describe d { It one { Start-Sleep 1000 } }'
        $temp = $env:TMPDIR
        $env:TMPDIR = "$TestDrive/none"
        try {
            $said = @(& $runner -Path "$TestDrive/hangs*" -PesterVersion $version -TimeoutSeconds 2)
            $LASTEXITCODE | Should -Be 1
        } finally {
            $env:TMPDIR = $temp
        }

        $said[-1] | Should -Be '0 passed, 1 failed'
        (Get-Report hangs)[1] | Should -Be 'Its process hung before the end of its tests, and was ended after 2 s.'
    }

    It 'is a failure where there is no test file, and says which Pester is missing' {
        & $runner -Path "$TestDrive/none*" | Should -Be "There is no test file: $TestDrive/none*", '0 passed, 0 failed'
        $LASTEXITCODE | Should -Be 1
        { & $runner -Path "$TestDrive/romeo*" -PesterVersion 99 } | Should -Throw 'The tests need Pester 99; there is *'
    }
}

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
