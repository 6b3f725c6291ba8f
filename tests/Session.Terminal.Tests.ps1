# Takes long: starts many sessions.
Describe 'A session on a terminal' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/terminal.ps1

        # A session that waits for a child, which has written something. It says which process that is, and after the wait whether it lives.
        function Start-Wait([string] $Name, [string] $Block, [string] $Wait) {
            Start-Terminal $Name @"
`$process = Start-ChildProcess { $Block }
try {
    while (-not `$process.Output.Count) { Start-Sleep -Milliseconds 50 }
    Set-Content "`$drive/$Name.up" `$process.ProcessId
    $Wait
} finally {
    # Had it been meant for the child too, it would be dying now.
    Start-Sleep -Milliseconds 300
    Set-Content "`$drive/$Name.after" "alive: `$(`$process.IsAlive)"
    Stop-ChildProcess `$process -Force
}
New-Item "`$drive/$Name.over"
"@
        }

        # Ctrl-C ends such a wait and its session, and reaches no child.
        function Assert-CtrlC([string] $Name, $Terminal, [int] $Child) {
            Send-CtrlC $Terminal
            @(Wait-Line "$TestDrive/$Name.after")[0] | Should -Be 'alive: True'
            $Terminal.Session.WaitForExit(60000) | Should -BeTrue
            Test-Path "$TestDrive/$Name.over" | Should -BeFalse
            Wait-Until { Test-Gone $Child }
        }
    }

    AfterEach {
        Stop-Terminal $terminal
        $terminal = $null
    }

    It 'Ctrl-C ends <Wait>, and reaches no child' -TestCases @(
        @{ Wait = 'Wait-ChildProcess $process' }
        @{ Wait = 'Wait-ChildProcess $process -Any -Timeout 1000' }
        @{ Wait = 'Receive-ChildProcess $process -Wait' }
        @{ Wait = 'Receive-ChildProcess $process -Wait -Keep' }
        @{ Wait = 'Receive-ChildProcess $process -Timeout 1000' }
        @{ Wait = 'Wait-Job $process' }
        @{ Wait = 'Wait-ProcEvent (New-ProcEvent)' }
        @{ Wait = '(New-ProcSemaphore 0).Enter()' }
    ) {
        $name = "ctrlc-$(New-Guid)"
        $terminal = Start-Wait $name "'up'; Start-Sleep -Seconds 600" $Wait
        $child = [int]@(Wait-Line "$TestDrive/$name.up")[0]
        Assert-CtrlC $name $terminal $child
    }

    It 'Ctrl-C ends a wait while <What> writes without end, and reaches no child' -TestCases @(
        @{ What = 'a loop'; Block = 'while ($true) { "a line of output" }' }
        @{ What = 'a native command'; Block = '& yes "a line of output"' }
    ) {
        $name = "writes-$(New-Guid)"
        $terminal = Start-Wait $name $Block 'Receive-ChildProcess $process -Wait'
        $child = [int]@(Wait-Line "$TestDrive/$name.up")[0]

        # So much has come to the terminal, and more is under way.
        Wait-Until { (Get-Item "$TestDrive/$name").Length -gt 100KB } -TimeoutSeconds 60
        Assert-CtrlC $name $terminal $child
    }

    It 'Ctrl-C ends a pool whose workers are stuck in <What>, and leaves nothing of them' -TestCases @(
        @{ What = 'a loop'; Block = 'Set-Content "$drive/stuck-$PID" ""; while ($true) { }' }
        @{ What = 'a call'; Block = 'Set-Content "$drive/stuck-$PID" ""; [Threading.Thread]::Sleep(600000)' }
        @{ What = 'a native command'; Block = '& sh -c ''touch "$0/stuck-$$"; exec sleep 1000'' $drive' }
        @{ What = 'output without end'; Block = 'Set-Content "$drive/stuck-$PID" ""; while ($true) { "a line of output" }' }
    ) {
        $terminal = Start-Terminal "pool-$(New-Guid)" "1..1000 | Invoke-ProcPool -ThrottleLimit 2 { `$drive = `$using:drive; $Block }"

        # A file a worker: two that append to one at the same moment lose a line.
        Wait-Until { @(Get-ChildItem "$TestDrive/stuck-*").Count -eq 2 } -TimeoutSeconds 60
        $stuck = Get-ChildItem "$TestDrive/stuck-*"
        Send-CtrlC $terminal
        $terminal.Session.WaitForExit(60000) | Should -BeTrue
        foreach ($file in $stuck) {
            Wait-Until { Test-Gone ($file.Name -replace '^stuck-') }
            Remove-Item $file
        }
    }

    # PSReadLine and .NET's console ask a terminal where its cursor is, which script can't tell: here it has to be a real one.
    It 'at its prompt, <With> PSReadLine, runs callbacks with nothing typed' -Skip:(-not (Get-Command tmux -ErrorAction Ignore)) -TestCases @(
        @{ With = 'with'; First = '' }
        @{ With = 'without'; First = 'Remove-Module PSReadLine -ErrorAction Ignore' }
    ) {
        $name = "prompt-$With"
        $module = Convert-Path "$PSScriptRoot/../ProcConcurrency.psd1"
        Set-Content "$TestDrive/$name.ps1" @"
Import-Module '$module'
$First
`$go = '$TestDrive/$name.go'
`$task = Submit-ProcTask { while (-not (Test-Path `$args[0])) { Start-Sleep -Milliseconds 50 } } -ArgumentList `$go -Callback { Set-Content '$TestDrive/$name.called' '' }
function prompt { Set-Content '$TestDrive/$name.up' `$PID, `$task.Status; '> ' }
"@
        $engine = [Environment]::ProcessPath
        & tmux -S "$TestDrive/$name.tmux" -f /dev/null new-session -d -x 80 -y 25 "'$engine' -NoProfile -NoExit -File '$TestDrive/$name.ps1'"
        try {
            $id, $status = Wait-Line "$TestDrive/$name.up" -Count 2
            $status | Should -Not -Be 'Done'
            Set-Content "$TestDrive/$name.go" ''
            Wait-Until { Test-Path "$TestDrive/$name.called" } -TimeoutSeconds 60
        } finally {
            & tmux -S "$TestDrive/$name.tmux" kill-server
        }

        Wait-Until { Test-Gone $id }
    }

    It 'a program in a <Where> may set the terminal up, and gets an error where it reads it' -TestCases @(
        @{ Where = 'child'; Run = 'Start-ChildProcess $block | Receive-ChildProcess -Wait' }
        @{ Where = 'pool'; Run = '1 | Invoke-ProcPool $block' }
    ) {
        $terminal = Start-Terminal "tty-$Where" @"
`$block = { & sh -c 'stty sane </dev/tty && echo set; read -r answer </dev/tty || echo refused' 2>`$null }
$Run | Set-Content "`$drive/tty-$Where.told"
"@
        Wait-Line "$TestDrive/tty-$Where.told" -Count 2 | Should -Be set, refused
        $terminal.Session.WaitForExit(60000) | Should -BeTrue
    }

    It 'the terminal''s end ends the session''s children' {
        $terminal = Start-Terminal 'closed' @'
$process = Start-ChildProcess { 'up'; & sleep 1000 }
while (-not $process.Output.Count) { Start-Sleep -Milliseconds 50 }
Set-Content "$drive/closed.up" $PID, $process.ProcessId
Wait-ChildProcess $process
'@
        $ids = @(Wait-Line "$TestDrive/closed.up" -Count 2)

        # The process that holds the other end of the terminal is gone.
        & kill -KILL $terminal.Session.Id
        foreach ($id in $ids) {
            Wait-Until { Test-Gone $id }
        }
    }
}
