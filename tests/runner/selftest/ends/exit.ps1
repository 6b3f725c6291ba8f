Describe 'd' {
    It 'is over' { }
    It 'ends the engine' { [Environment]::Exit(0) }
}
