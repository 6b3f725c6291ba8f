Describe 'd' {
    It 'leaves a process and a file' {
        $start = [Diagnostics.ProcessStartInfo]::new('sleep', '120')
        $null = [Diagnostics.Process]::Start($start)
        [IO.File]::WriteAllText("$([IO.Path]::GetTempPath())/proc-concurrency-left", '')
    }
}
