Describe 'The idle workers of Invoke-ProcPool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $block = { $PID }
        function Get-Worker([hashtable] $With = @{}) { 1 | Invoke-ProcPool $block -ThrottleLimit 1 -ErrorVariable script:errors @With }
    }

    AfterAll {
        Remove-Module ProcConcurrency
    }

    It 'begin each item with the location, $Error and $LASTEXITCODE that the first had' {
        $seen = 1..4 | Invoke-ProcPool {
            "$PWD $($Error.Count) <$LASTEXITCODE>"
            switch ($_) {
                1 { Set-Location / }
                2 { Set-Location env: }
                3 { sh -c 'exit 3'; Push-Location ..; throw 'x' }
            }
        } -ThrottleLimit 1 -InitializationScript { Set-Location $using:TestDrive } -ErrorAction SilentlyContinue
        $seen | Should -Be (, "$TestDrive 0 <>" * 4)
    }

    It 'can''t begin an item, which is its error, where that location is there no more' {
        $folder = New-Item "$TestDrive/passing" -ItemType Directory
        1..3 | Invoke-ProcPool { Set-Location /; Remove-Item $using:folder -ErrorAction Ignore; $_ } -ThrottleLimit 1 -ErrorAction SilentlyContinue `
            -InitializationScript { Set-Location $using:folder } -ErrorVariable failed | Should -Be 1
        $failed.TargetObject | Should -Be 2, 3
        $failed.FullyQualifiedErrorId | Should -BeLike 'PathNotFound*'
    }

    It 'work for the next call, however much input it has' {
        $meet = { param($n, $folder) $PID; New-Item "$folder/$PID" -Force; while ((Get-ChildItem $folder).Count -lt 2) { Start-Sleep -Milliseconds 50 } }
        $folders = 1..2 | ForEach-Object { New-Item "$TestDrive/meet$_" -ItemType Directory }
        $first, $second = foreach ($folder in $folders) { , (1..2 | Invoke-ProcPool $meet -ArgumentList $folder.FullName -ThrottleLimit 2 | Where-Object { $_ -is [int] } | Sort-Object) }
        $first.Count | Should -Be 2
        $second | Should -Be $first
        Get-Worker | Should -BeIn $first
    }

    It 'wait as long as Set-ProcOption -PoolIdleTimeout says' {
        $before = (Get-ProcOption).PoolIdleTimeout
        try {
            $id = Get-Worker
            Set-ProcOption -PoolIdleTimeout 0.3
            $second = Get-Worker
            Wait-Until { (Test-Gone $id) -and (Test-Gone $second) }
        } finally {
            Set-ProcOption -PoolIdleTimeout $before
        }
    }

    It 'don''t work where the next call asks for another <What>' -TestCases @(
        @{ What = 'environment'; With = @{ Environment = @{ MINE = '1' } } }
        @{ What = 'folder'; With = @{ WorkingDirectory = '/' } }
        @{ What = 'initialization'; With = @{ InitializationScript = { $there = 1 } } }
        @{ What = 'process'; With = @{ Fresh = $true } }
    ) {
        $id = Get-Worker
        Get-Worker $With | Should -Not -Be $id
    }

    It 'don''t work where the caller has another <What>' -TestCases @(
        @{ What = 'environment'; Change = { $env:PC_TEST = 'x' }; Back = { $env:PC_TEST = $null } }
        @{ What = 'location'; Change = { Push-Location / }; Back = { Pop-Location } }
        @{ What = 'culture'; Change = { [cultureinfo]::CurrentCulture = 'de-DE' }; Back = { [cultureinfo]::CurrentCulture = $before } }
        @{ What = 'module'; Change = { New-Module -Name Other { function Get-Other { } } | Import-Module }; Back = { Remove-Module Other } }
    ) {
        $before = [cultureinfo]::CurrentCulture
        $id = Get-Worker
        . $Change
        try { Get-Worker | Should -Not -Be $id } finally { . $Back }
    }

    It 'have done what they did for the calls before' {
        $ids = 1..5 | ForEach-Object { Get-Worker @{ MaxTasksPerWorker = 2; Environment = @{ MINE = 'counted' } } }
        $ids | Select-Object -Unique | ForEach-Object { $id = $_; @($ids -eq $id).Count } | Should -Be 2, 2, 1
    }

    It 'run the initialization once' {
        $file = "$TestDrive/began"
        1..2 | ForEach-Object { $_ | Invoke-ProcPool -InitializationScript { param($file) Add-Content $file 'once' } -InitializationArgumentList $file { } -ThrottleLimit 1 }
        Get-Content $file | Should -Be 'once'
        1..2 | ForEach-Object { $_ | Invoke-ProcPool -Fresh -InitializationScript { param($file) Add-Content $file 'each' } -InitializationArgumentList $file { } -ThrottleLimit 1 }
        Get-Content $file | Should -Be 'once', 'each', 'each'
    }

    It 'are not handed out when they were killed' {
        $id = Get-Worker
        & kill -KILL $id
        $other = Get-Worker
        $other | Should -Not -BeNullOrEmpty
        $other | Should -Not -Be $id
        $errors | Should -BeNullOrEmpty
    }

    It 'keep nothing of a call''s own: functions, aliases, values' {
        function Get-Mine { 'mine' }
        Set-Alias mine Get-Mine
        $value = 'v'
        1 | Invoke-ProcPool { mine; $using:value; $PID } -ThrottleLimit 1 -OutVariable first | Out-Null
        $first[0..1] | Should -Be 'mine', 'v'
        function Get-Mine { 'changed' }
        $value = 'w'
        1 | Invoke-ProcPool { mine; $using:value } -ThrottleLimit 1 | Should -Be 'changed', 'w'
        Remove-Item function:Get-Mine, alias:mine
        1 | Invoke-ProcPool { "$(Get-Command 'Get-Min[e]', 'min[e]')<$(Get-Variable using?*)>"; $PID } -ThrottleLimit 1 | Should -Be '<>', $first[2]
    }

    It 'let a big value go' {
        $big = [byte[]]::new(200MB)
        $id, $held = 1 | Invoke-ProcPool { $PID; ($using:big).Length } -ThrottleLimit 1
        $held | Should -Be 200MB
        Wait-Until { (Get-Process -Id $id).WorkingSet64 -lt 200MB }
    }

    It 'keep what the block leaves by itself, and their state' {
        1 | Invoke-ProcPool { $global:left = 'left'; Set-Location / } -ThrottleLimit 1
        1 | Invoke-ProcPool { "$left $PWD" } -ThrottleLimit 1 | Should -Be "left $PWD"
    }

    It 'write past the streams for the call that they work for' {
        $lines = foreach ($n in 1, 2) { 1 | Invoke-ProcPool { [Console]::Out.Write("call $using:n") } -ThrottleLimit 1 6>&1 | ForEach-Object { "$n $_" } }
        $lines | Should -Be '1 call 1', '2 call 2'
    }

    It 'have the types of the call that they work for' {
        foreach ($text in 'one', 'two', 'one') {
            . ([scriptblock]::Create("class Text { static [string] Get() { return '$text' } }; 1 | Invoke-ProcPool { [Text]::Get() } -ThrottleLimit 1")) | Should -Be $text
        }
    }

    It 'end with their call where a block left <What>' -TestCases @(
        @{ What = 'a handler of the end'; Leave = { param($n, $file) $global:file = $file; Set-Content "$file.first" ''; $null = Register-EngineEvent PowerShell.Exiting -Action { Set-Content $global:file 'ran' }; $PID } }
        @{ What = 'a child'; Leave = { param($n, $file) Set-Content $file 'ran'; $null = Start-ChildProcess -Daemon { Start-Sleep -Seconds 600 }; $PID } }
    ) {
        $id = 1 | Invoke-ProcPool $Leave -ArgumentList "$TestDrive/left" -ThrottleLimit 1
        Test-Gone $id | Should -BeTrue
        Get-Content "$TestDrive/left" | Should -Be 'ran'
    }

    It 'have no idle workers of their own' {
        $outer, $inner = 1 | Invoke-ProcPool { $PID; 1 | Invoke-ProcPool { $PID } } -ThrottleLimit 1
        Wait-Until { Test-Gone $inner }
        Get-Worker | Should -Be $outer
    }

    It 'are none after a call that was <What>' -TestCases @(
        @{ What = 'ended by Select-Object'; Run = { 1..9 | Invoke-ProcPool { $PID; Start-Sleep -Seconds 600 } -ThrottleLimit 1 | Select-Object -First 1 } }
        @{ What = 'stopped'; Run = {
            $shell = New-Shell "1..9 | Invoke-ProcPool { `$PID; Start-Sleep -Seconds 600 } -ThrottleLimit 1"
            $output = [Management.Automation.PSDataCollection[psobject]]::new()
            $null = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
            Wait-Until { $output.Count }
            $shell.Stop()
            Remove-Shell $shell
            $output[0]
        } }
    ) {
        $id = & $Run
        Test-Gone $id | Should -BeTrue
        Get-Worker | Should -Not -Be $id
    }

    It 'are as many as there are processors, or as the last call had' {
        $ids = 1..([Environment]::ProcessorCount + 2) | ForEach-Object { Get-Worker @{ Environment = @{ PC_TEST = "$_" } } }
        Wait-Until { @($ids | Where-Object { -not (Test-Gone $_) }).Count -eq [Environment]::ProcessorCount }
        Test-Gone $ids[-1] | Should -BeFalse
    }

    It 'end with the session' {
        $session = Start-Session -OutputPath "$TestDrive/ended" '1 | Invoke-ProcPool { $PID }'
        $session.WaitForExit(60000) | Should -BeTrue
        Test-Gone (Get-Content "$TestDrive/ended") | Should -BeTrue
    }

    It 'end with the module' {
        $id = Get-Worker
        Remove-Module ProcConcurrency
        Test-Gone $id | Should -BeTrue
        Import-Module "$PSScriptRoot/../ProcConcurrency.psd1"
    }
}
