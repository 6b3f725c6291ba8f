# Sessions on a terminal of their own, for tests.

# script gives the session its terminal; what is written to Keys is typed there, and Out is the file of what it shows. A run that was
# started in the background ignores Ctrl-C, one under nohup its end, and so would all below it: env takes that back.
function Start-Terminal([string] $Name, [string] $Script) {
    $out = "$TestDrive/$Name"
    mkfifo "$out.keys"
    $prefix = "sh -c 'exec env --default-signal=INT,QUIT,HUP script -qfc `"`$*`" /dev/null <`"$out.keys`"' sh"
    $session = Start-Session -OutputPath $out -Prefix $prefix "`$drive = '$TestDrive'`n$Script"
    @{ Session = $session; Out = $out; Keys = [IO.File]::OpenWrite("$out.keys") }
}

function Send-CtrlC($Terminal) {
    $Terminal.Keys.WriteByte(3)
    $Terminal.Keys.Flush()
}

# Ends a session that still runs. Without one it does nothing.
function Stop-Terminal($Terminal) {
    if ($Terminal) {
        $Terminal.Keys.Dispose()
        if (-not $Terminal.Session.HasExited) { $Terminal.Session.Kill($true) }
        $Terminal.Session.WaitForExit()
    }
}
