<#
A small test runner with Pester 5's meaning, for machines that have an engine but no Pester.

    run.ps1 -> Request -> Check      what the file may not use
                       -> Discovery  runs the file: Keywords build the Tree
                       -> Running    walks the tree, through the script blocks of Scope.ps1
                       -> Report     console and JSON lines

It needs the engine's own cmdlets only, none of the Utility or Management modules. What it does not know is an error of the
file, never a silent pass.
#>
Set-StrictMode -Version 1
$ErrorActionPreference = 'Stop'

foreach ($part in 'Tree', 'Keywords', 'Check', 'Discovery', 'TestDrive', 'Running', 'Report', 'Request', 'Format', 'Equality',
    'Operators', 'Operators.Collections', 'Operators.Commands', 'Operators.Files', 'Should') {
    . "$PSScriptRoot/$part.ps1"
}

Export-ModuleMember -Function Describe, Context, It, BeforeDiscovery, BeforeAll, AfterAll, BeforeEach, AfterEach, Should, Set-ItResult,
    Set-TestRequest, Invoke-TestRequest
