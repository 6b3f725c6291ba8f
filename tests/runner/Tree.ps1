# The tree that discovery builds and running walks. A node is a block (the file, Describe, Context) or a test.

# Phase: '', 'Discovery' or 'Run'. Block: the block being discovered or run. Test: the test being run.
$script:Current = @{ Phase = ''; Block = $null; Test = $null; Scope = $null }

function New-Node {
    param([string] $Kind, [string] $Name, [scriptblock] $ScriptBlock, [string[]] $Tag, [bool] $Skip, $Data, $Location)

    $parent = $script:Current.Block
    [pscustomobject]@{
        Kind           = $Kind
        Name           = $Name
        ExpandedName   = $Name
        NameExpression = ConvertTo-NameExpression $Name
        ScriptBlock    = $ScriptBlock
        Path           = $null
        Parent         = $parent
        Children       = [Collections.Generic.List[object]]::new()
        Tag            = @(if ($parent) { $parent.Tag }; if ($Tag) { $Tag })
        Skip           = $Skip -or ($parent -and $parent.Skip)
        Selected       = $true
        Location       = $Location
        Hooks          = @{}
        Variables      = ConvertTo-DataVariable $Data
        Splat          = @{}
        Steps          = @()
        Finished       = 0
        Cleanups       = @()
        CleanedUp      = 0
        Errors         = [Collections.Generic.List[object]]::new()
    }
}

# A dictionary's entries become variables; any value becomes $_.
function ConvertTo-DataVariable($Data) {
    $variables = @{}
    if ($null -eq $Data) { return $variables }
    if ($Data -is [Collections.IDictionary]) {
        foreach ($entry in $Data.GetEnumerator()) { $variables["$($entry.Key)"] = $entry.Value }
    }
    $variables['_'] = $Data
    $variables
}

# 'adds <a> to <b.Name>' -> "adds $($a) to $($b.Name)"; `<a`> stays <a>. $null when there is nothing to expand.
function ConvertTo-NameExpression([string] $Name) {
    if (-not $Name.Contains('<')) { return $null }
    $literal = [regex]::Replace($Name, '[$"\u201C\u201D\u201E]', '`$0')
    '"' + [regex]::Replace($literal, '(?<!`)<([^<>`]+)>', { param($match) '$($' + $match.Groups[1].Value + ')' }) + '"'
}

# From the outermost block inwards, the file itself left out.
function Get-NodePath($Node) {
    $names = [Collections.Generic.List[string]]::new()
    for ($each = $Node; $each.Parent; $each = $each.Parent) { $names.Insert(0, $each.ExpandedName) }
    , $names.ToArray()
}

# Outermost first.
function Get-Hook($Node, [string] $Name) {
    $found = [Collections.Generic.List[object]]::new()
    for ($each = $Node; $each; $each = $each.Parent) {
        if ($each.Hooks[$Name]) { $found.Insert(0, $each.Hooks[$Name]) }
    }
    $found
}

function Get-Test($Node) {
    foreach ($child in $Node.Children) {
        if ($child.Kind -eq 'Test') { $child } else { Get-Test $child }
    }
}

# A block with nothing to run runs no BeforeAll either.
function Test-Runnable($Node) {
    foreach ($test in Get-Test $Node) {
        if ($test.Selected -and -not $test.Skip) { return $true }
    }
    $false
}
