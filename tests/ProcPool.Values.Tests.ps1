Describe 'Values on their way' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'are colors, points, sizes and methods of HTTP' {
        $sent = [Drawing.Color] 'Red', [Drawing.Color] '#010203', [Drawing.Point] '1,2', [Drawing.Size] '3,4', [Net.Http.HttpMethod] 'GET'
        $back = $sent | Invoke-ProcPool { $_ }
        $back | Should -Be $sent
        $back.ForEach('GetType') | Should -Be $sent.ForEach('GetType')
    }
}
