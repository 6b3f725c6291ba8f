# The words of a test file. At discovery they build the tree; called anywhere else they are an error.

function Describe {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Fixture,
        [Alias('Tags')] [string[]] $Tag,
        [switch] $Skip,
        $ForEach
    )
    Add-Block -Word Describe -Bound $PSBoundParameters -Caller $MyInvocation
}

function Context {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Fixture,
        [Alias('Tags')] [string[]] $Tag,
        [switch] $Skip,
        $ForEach
    )
    Add-Block -Word Context -Bound $PSBoundParameters -Caller $MyInvocation
}

function It {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Test,
        [Alias('TestCases')] [object[]] $ForEach,
        [string[]] $Tag,
        [switch] $Skip
    )
    Assert-Phase -Word It -Phase Discovery
    if ($null -eq $Test) { throw "It '$Name' has no script block. Is its opening brace on the next line?" }
    if (-not $script:Current.Block.Parent) { throw "It '$Name' must stand in a Describe or Context." }

    foreach ($data in Get-DataSet $PSBoundParameters) {
        $script:Current.Block.Children.Add((New-Node -Kind Test -Name $Name -ScriptBlock $Test -Tag $Tag -Skip $Skip -Data $data.Value `
            -Location (Get-CallSite $MyInvocation)))
    }
}

function BeforeDiscovery {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $ScriptBlock)
    if ($script:Current.Phase -eq 'Run') { return }
    Assert-Phase -Word BeforeDiscovery -Phase Discovery
    . $ScriptBlock
}

function BeforeAll {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $Scriptblock)
    Set-Hook BeforeAll $Scriptblock
}

function AfterAll {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $Scriptblock)
    Set-Hook AfterAll $Scriptblock
}

function BeforeEach {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $Scriptblock)
    Set-Hook BeforeEach $Scriptblock
}

function AfterEach {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $Scriptblock)
    Set-Hook AfterEach $Scriptblock
}

function Set-ItResult {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, ParameterSetName = 'Skipped')] [switch] $Skipped,
        [Parameter(Mandatory, ParameterSetName = 'Inconclusive')] [switch] $Inconclusive,
        [string] $Because
    )
    Assert-Phase -Word Set-ItResult -Phase Run
    $reason = (Format-Because $Because).TrimEnd(',')
    $said = if ($Skipped) { 'is skipped' } else { 'is inconclusive' }
    throw [Management.Automation.ErrorRecord]::new([Exception]::new("$said$(if ($reason) { ",$reason" })"), 'TestSkipped', 'OperationStopped', $null)
}

function Add-Block([string] $Word, $Bound, $Caller) {
    Assert-Phase -Word $Word -Phase Discovery
    if ($null -eq $Bound['Fixture']) { throw "$Word '$($Bound['Name'])' has no script block. Is its opening brace on the next line?" }

    $parent = $script:Current.Block
    foreach ($data in Get-DataSet $Bound) {
        $block = New-Node -Kind Block -Name $Bound['Name'] -ScriptBlock $Bound['Fixture'] -Tag $Bound['Tag'] -Skip ([bool]$Bound['Skip']) `
            -Data $data.Value -Location (Get-CallSite $Caller)
        $parent.Children.Add($block)
        $script:Current.Block = $block
        try { $null = & $script:Current.Scope.Body $block }
        finally { $script:Current.Block = $parent }
    }
}

# One entry a repetition; an empty -ForEach makes none, as in Pester.
function Get-DataSet($Bound) {
    if (-not $Bound.ContainsKey('ForEach')) { return @{ Value = $null } }
    foreach ($value in $Bound['ForEach']) { @{ Value = $value } }
}

function Set-Hook([string] $Word, [scriptblock] $ScriptBlock) {
    Assert-Phase -Word $Word -Phase Discovery
    $block = $script:Current.Block
    if (-not $block.Parent -and $Word -in 'BeforeEach', 'AfterEach') { throw "$Word must stand in a Describe or Context." }
    if ($block.Hooks[$Word]) { throw "'$($block.Name)' has a second $Word; a block has one at most." }
    $block.Hooks[$Word] = $ScriptBlock
}

function Assert-Phase([string] $Word, [string] $Phase) {
    if ($script:Current.Phase -eq $Phase) { return }
    if (-not $script:Current.Phase) { throw "$Word works in a test file that tests/runner/run.ps1 runs, not by itself." }
    throw "$Word can't be used $(if ($Phase -eq 'Run') { 'outside a test' } else { 'while tests run: move it out of the test or hook' })."
}

function Get-CallSite($Caller) { "$($Caller.ScriptName):$($Caller.ScriptLineNumber)" }
