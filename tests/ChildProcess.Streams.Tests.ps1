Describe 'A child''s streams' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'come back as what they are' {
        $process = Start-ChildProcess {
            'out'
            Write-Error 'err'
            Write-Warning 'warn'
            Write-Verbose 'verb' -Verbose
            Write-Debug 'deb' -Debug
            Write-Information 'info' -Tags t
            Write-Host 'host'
        }
        $records = $process | Receive-ChildProcess -Wait *>&1
        $records[0] | Should -Be 'out'
        $records[1] | Should -BeOfType ([System.Management.Automation.ErrorRecord])
        "$($records[2])" | Should -Be 'warn'
        "$($records[-2])" | Should -Be 'info'
        "$($records[-1])" | Should -Be 'host'
        $records[1].ChildProcessName | Should -Be $process.Name
        $records[1].ChildProcessId | Should -Be $process.ProcessId
    }

    It 'come back in the order in which they were written, all of them, by the thousand' {
        $process = Start-ChildProcess {
            $VerbosePreference = $DebugPreference = $ErrorActionPreference = 'Continue'
            foreach ($i in 1..2000) {
                "o$i"
                Write-Warning "w$i"
                Write-Error "e$i"
                Write-Information "i$i"
                Write-Verbose "v$i"
                Write-Debug "d$i"
            }
        }
        $records = $process | Receive-ChildProcess -Wait -Verbose -Debug -InformationAction Continue -WarningAction Continue -ErrorAction Continue *>&1
        $records.Count | Should -Be 12000
        $expected = foreach ($i in 1..2000) { "o$i"; "w$i"; "e$i"; "i$i"; "v$i"; "d$i" }
        ($records | ForEach-Object { "$_" }) -join ' ' | Should -Be ($expected -join ' ')
        $kinds = 'String', 'WarningRecord', 'ErrorRecord', 'InformationRecord', 'VerboseRecord', 'DebugRecord'
        $records[0..5] | ForEach-Object { $_.GetType().Name } | Should -Be $kinds
        $records[-6..-1] | ForEach-Object { $_.GetType().Name } | Should -Be $kinds
        foreach ($record in $records[1..5]) {
            $record.ChildProcessName | Should -Be $process.Name
        }
    }

    It 'have their origin, progress too' {
        $process = Start-ChildProcess -Name origin { Write-Progress -Activity act -Status half -PercentComplete 50; Write-Warning w } | Wait-ChildProcess
        $process.Progress[-1].Activity | Should -Be 'act'
        $process.Progress[-1].PercentComplete | Should -Be 50
        $process.Warning[0].ChildProcessId | Should -Be $process.ProcessId
    }

    It 'of several children come in the order that a lock gives them' {
        # Two children that wait for each other at each lock, and write a pair under it.
        $lock, $begin = (New-ProcLock), (New-ProcBarrier 2)
        $children = 1..2 | ForEach-Object {
            Start-ChildProcess -ArgumentList $_ {
                param($number)
                $null = Wait-ProcBarrier $using:begin
                1..100 | ForEach-Object { Use-ProcLock $using:lock { "$number first"; "$number second" } }
            }
        }
        $lines = $children | Receive-ChildProcess -Wait -AutoRemoveJob
        $lines | Should -HaveCount 400
        $torn = for ($i = 0; $i -lt 400; $i += 2) {
            if ($lines[$i] -notlike '* first' -or $lines[$i + 1] -ne ($lines[$i] -replace 'first', 'second')) { $i }
        }
        $torn | Should -BeNullOrEmpty
    }

    It 'come back live' {
        $go = "$TestDrive/live"
        $process = Start-ChildProcess { param($go) 'first'; while (-not (Test-Path $go)) { Start-Sleep -Milliseconds 50 }; 'second' } -ArgumentList $go
        $seen = $process | Receive-ChildProcess -Wait | ForEach-Object {
            # The second is written only after the first was seen here.
            New-Item $go | Out-Null
            $_
        }
        $seen | Should -Be 'first', 'second'
    }

    It 'keep an error''s id, category, exception, position and stack' {
        Set-Content "$TestDrive/failing.ps1" @'
function Fail-Here {
    Write-Error -Message 'gone wrong' -ErrorId MyId -Category ResourceBusy -TargetObject 5
}
Fail-Here
[int]::Parse('x')
'@
        $process = Start-ChildProcess -FilePath "$TestDrive/failing.ps1"
        $process | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'MyId,Fail-Here'
        $errors[0].CategoryInfo.Category | Should -Be 'ResourceBusy'
        $errors[0].TargetObject | Should -Be 5
        $errors[0].InvocationInfo.ScriptLineNumber | Should -Be 4
        $errors[0].ScriptStackTrace | Should -BeLike '*Fail-Here*failing.ps1*line 2*'
        $errors[1].FullyQualifiedErrorId | Should -Be 'FormatException'
        $errors[1].InvocationInfo.ScriptLineNumber | Should -Be 5
        $errors[1].InvocationInfo.ScriptName | Should -BeLike '*failing.ps1'
    }

    # The engine's record of an exception that ends a script has a stand-in for it.
    It 'the error that ends a block has the exception itself: <Block>' -ForEach @(
        @{ Block = { try { [int]::Parse('x') } catch { throw } }; Type = 'MethodInvocationException'; Inner = 'FormatException' }
        @{ Block = { $ErrorActionPreference = 'Stop'; [IO.File]::ReadAllText('/no-such-file') }; Type = 'MethodInvocationException'; Inner = 'FileNotFoundException' }
        @{ Block = { $ErrorActionPreference = 'Stop'; 1 / 0 }; Type = 'RuntimeException'; Inner = 'DivideByZeroException' }
        @{ Block = { $ErrorActionPreference = 'Stop'; no-such-command }; Type = 'CommandNotFoundException' }
    ) {
        $null = Start-ChildProcess $Block | Receive-ChildProcess -Wait -ErrorVariable fromChild -ErrorAction SilentlyContinue
        $null = 1 | Invoke-ProcPool $Block -ErrorVariable fromPool -ErrorAction SilentlyContinue
        foreach ($record in $fromChild[0], $fromPool[0]) {
            $record.CategoryInfo.Reason | Should -Be $Type
            $names = $record.Exception.SerializedRemoteException.PSObject.TypeNames
            $names[0] | Should -BeLike "Deserialized.*.$Type"
            "$($record.Exception.SerializedRemoteException.InnerException?.PSObject.TypeNames)" | Should -BeLike ($Inner ? "Deserialized.*.$Inner *" : '')
        }
    }

    It 'what a native command writes to its standard error comes there, and no text has colors that nobody asked for' {
        $script = "$TestDrive/native.ps1"
        Set-Content $script @"
Import-Module '$((Get-Module ProcConcurrency).Path)'
1 | Invoke-ProcPool { & sh -c 'echo to-error >&2; echo data'; Write-Host host }
Start-ChildProcess { & sh -c 'echo to-error >&2; echo data'; Write-Host red -ForegroundColor Red } | Receive-ChildProcess -Wait
1 | Invoke-ProcPool { & sh -c 'echo merged >&2' } 2>&1
`$silent = 1 | Invoke-ProcPool { & sh -c 'echo to-error >&2' } 2>`$null
`$merged = 1 | Invoke-ProcPool { & sh -c 'echo to-error >&2' } 2>&1
"`$(`$merged.GetType().Name) `$merged; `$(`$silent.Count), `$(`$Error.Count)"
"@
        $said = Invoke-Engine -File $script
        $said -replace '\e\[[\d;]*m' | Should -Be 'data', 'host', 'data', 'red', 'merged', 'ErrorRecord to-error; 0, 0'
        Get-Content "$TestDrive/err.txt" | ForEach-Object { $_ -replace '\e\[[\d;]*m' } | Should -Be 'to-error', 'to-error'

        $null = Start-ChildProcess { Write-Host plain } | Receive-ChildProcess -Wait -InformationVariable plain 6>$null
        $plain.MessageData.ForegroundColor, $plain.MessageData.BackgroundColor | Should -Be $null, $null
        $null = Start-ChildProcess { Write-Host red -ForegroundColor Red } | Receive-ChildProcess -Wait -InformationVariable red 6>$null
        [int] $red.MessageData.ForegroundColor, [int] $red.MessageData.BackgroundColor | Should -Be 12, -1
    }

    It 'a block''s error names the caller''s file and line' {
        $process = Start-ChildProcess {
            throw 'here'
        }
        $process | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].Exception.Message | Should -Be 'here'
        $errors[0].InvocationInfo.ScriptName | Should -Be $PSCommandPath
        $errors[0].InvocationInfo.Line | Should -BeLike "*throw 'here'*"
    }

    It 'an error that the block or the initialization writes itself names its line' {
        $process = Start-ChildProcess -InitializationScript { Write-Error 'early' } {
            Write-Error 'late'
        }
        $process | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.InvocationInfo.ScriptName | Should -Be $PSCommandPath, $PSCommandPath
        $errors[0].InvocationInfo.Line | Should -BeLike "*Write-Error 'early'*"
        $errors[1].InvocationInfo.Line.Trim() | Should -Be "Write-Error 'late'"
        $errors[1].InvocationInfo.ScriptLineNumber | Should -Be ($errors[0].InvocationInfo.ScriptLineNumber + 1)
    }

    It 'what the process writes past them is shown, and never blocks it' {
        $process = Start-ChildProcess { [Console]::Out.WriteLine('direct'); [Console]::Error.WriteLine('wrong'); [Console]::Out.Write('x' * 200000); 'done' }
        $records = $process | Receive-ChildProcess -Wait -InformationAction SilentlyContinue -InformationVariable lines
        $records | Should -Be 'done'
        "$($lines[0])" | Should -Be 'direct'
        "$($lines[1])" | Should -Be 'wrong'
    }

    It 'what the process writes past them need be no UTF-8, and comes to the last line' {
        $process = Start-ChildProcess {
            $text = [Text.Encoding]::Latin1.GetBytes("d'été, très chaude`n" * 4000)
            $output = [Console]::OpenStandardOutput()
            $output.Write($text, 0, $text.Length)
            $output.Flush()
        } | Wait-ChildProcess -Timeout 60
        $lines = @($process | Receive-ChildProcess 6>&1)
        $lines.Count | Should -Be 4000
        "$($lines[-1])" | Should -Match "^d'.t., tr.s chaude$"
        $process.ExitCode | Should -Be 0
    }

    It 'a property whose getter writes a warning comes whole, with the warning, from a child and from a pool' {
        $block = {
            $item = [pscustomobject]@{ A = 1 }
            $item | Add-Member ScriptProperty B { Write-Warning 'getter'; 42 }
            $item | Add-Member NoteProperty C 3
            'before'
            $item
            'after'
        }
        $process = Start-ChildProcess $block | Wait-ChildProcess -Timeout 60
        $fromChild = @($process | Receive-ChildProcess -WarningVariable fromGetter -WarningAction SilentlyContinue)
        $process.ExitCode | Should -Be 0
        "$fromGetter" | Should -Be 'getter'
        $fromPool = @(1, 2 | Invoke-ProcPool $block -ThrottleLimit 1 -WarningVariable fromGetter -WarningAction SilentlyContinue)
        "$fromGetter" | Should -Be 'getter getter'
        foreach ($results in $fromChild, $fromPool[0..2], $fromPool[3..5]) {
            $results[0, 2] | Should -Be 'before', 'after'
            $results[1].A, $results[1].B, $results[1].C | Should -Be 1, 42, 3
        }
    }

    It 'what a block writes to the host is shown, once' {
        $block = {
            Write-Host 'a'
            Write-Host 'b' -NoNewline
            Write-Host 'c' -ForegroundColor Red
            Write-Information 'd' -InformationAction Continue
            Write-Information 'e'
            $Host.UI.WriteLine('f')
            $Host.UI.Write('g')
            $Host.UI.WriteLine('Red', 'Blue', 'h')
            $Host.UI.WriteLine('h')
            $Host.UI.WriteErrorLine('i')
            'j' | Out-Host
            $Host.UI.WriteWarningLine('k')
        }
        $shown = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'h', 'i', 'j', 'k'
        Start-ChildProcess $block | Receive-ChildProcess -Wait *>&1 | ForEach-Object { "$_" } | Should -Be $shown
        1 | Invoke-ProcPool $block *>&1 | ForEach-Object { "$_" } | Should -Be $shown
    }

    It 'tables of several at once come one after the other, and so does one that an error cuts off' {
        $gate = New-ProcBarrier 3
        $children = foreach ($name in 'a', 'b', 'c') {
            Start-ChildProcess -ArgumentList $gate, $name {
                param($gate, $name)
                & { "${name}1"; $null = Wait-ProcBarrier $gate; if ($name -eq 'c') { throw 'no more' }; "${name}2" } |
                    Select-Object @{ n = $name; e = { $_ } } | Format-Table
            }
        }
        $text = ($children | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Out-String) -replace '\s+', ' '
        foreach ($table in 'a - a1 a2', 'b - b1 b2', 'c - c1') { $text | Should -Match " $table " }
        "$errors" | Should -Be 'no more'
    }

    It 'an output object that can''t be made here is an error of its own: ValueNotReadable' {
        # A session that has no cultures, and children that have them.
        $session = Start-Session -OutputPath "$TestDrive/cultures.txt" -Prefix 'env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1' @'
$with = @{ DOTNET_SYSTEM_GLOBALIZATION_INVARIANT = $null }
$block = { 'before'; [cultureinfo] 'de-DE'; 'after' }
$child = Start-ChildProcess $block -Environment $with
$child | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
"$($errors.Count) $($errors.FullyQualifiedErrorId) $($child.ExitCode)"
1 | Invoke-ProcPool $block -Environment $with -ErrorVariable errors -ErrorAction SilentlyContinue
"$($errors.Count) $($errors.FullyQualifiedErrorId)"
'@
        $session.WaitForExit()
        $lines = Get-Content "$TestDrive/cultures.txt"
        $lines[0, 1, 3, 4] | Should -Be 'before', 'after', 'before', 'after'
        $lines[2] | Should -BeLike '1 ValueNotReadable* 0'
        $lines[5] | Should -BeLike '1 ValueNotReadable*'
    }

    It '-WithOrigin says which process an object is from' {
        $process = Start-ChildProcess -Name source { 'x' }
        $result = $process | Receive-ChildProcess -Wait -WithOrigin
        $result.ChildProcessName | Should -Be 'source'
    }

    It '-AutoRemoveJob removes those that have ended, once received' {
        Start-ChildProcess -Name ends { 1; 2 } | Receive-ChildProcess -Wait -AutoRemoveJob | Should -Be 1, 2
        Get-ChildProcess | Should -BeNullOrEmpty
        $running = Start-ChildProcess { Start-Sleep 600 }
        Receive-ChildProcess $running -AutoRemoveJob
        Get-ChildProcess | Should -Be $running
    }

    It '-Keep leaves the records there' {
        $process = Start-ChildProcess { 1; 2 } | Wait-ChildProcess
        $process | Receive-ChildProcess -Keep | Should -Be 1, 2
        $process | Receive-ChildProcess | Should -Be 1, 2
        $process | Receive-ChildProcess | Should -BeNullOrEmpty
    }

    It 'a prompt is refused' {
        $process = Start-ChildProcess { $Host.UI.ReadLine() }
        $process | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].Exception.Message | Should -BeLike '*no user to ask*'
    }

    It 'what an error under Stop cuts off, of whichever child, is received the next time' {
        $a = Start-ChildProcess { 'a1'; Write-Error 'a2'; 'a3' }
        $b = Start-ChildProcess { 'b1'; 'b2' }
        $null = $a, $b | Wait-ChildProcess
        $first = [Collections.Generic.List[string]]::new()
        { $a, $b | Receive-ChildProcess -Wait -ErrorAction Stop | ForEach-Object { $first.Add($_) } } | Should -Throw 'a2'
        $a.HasMoreData | Should -BeTrue
        $rest = $a, $b | Receive-ChildProcess -Wait
        @($first; $rest) | Sort-Object | Should -Be 'a1', 'a3', 'b1', 'b2'
        $a, $b | Receive-ChildProcess | Should -BeNullOrEmpty
    }

    It 'what an error under Stop cuts off is received the next time, also without -Wait' {
        $child = Start-ChildProcess { 'a1'; Write-Error 'a2'; 'a3' }
        $null = $child | Wait-ChildProcess
        { $child | Receive-ChildProcess -ErrorAction Stop } | Should -Throw 'a2'
        $child | Receive-ChildProcess | Should -Be 'a3'
    }

    It '-Timeout holds though a child writes without end' {
        $child = Start-ChildProcess -Daemon { while ($true) { 1..100 } }
        $child | Receive-ChildProcess -Wait -Timeout 1 -ErrorVariable errors -ErrorAction SilentlyContinue | Out-Null
        $errors[-1].FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
        $child.IsAlive | Should -BeTrue
        $child | Stop-ChildProcess -Force
    }
}
