# Discovery: the file's body and the bodies of its blocks run, and leave a tree of blocks, tests and hooks.

function Find-TestInFile([string] $Path) {
    $file = [IO.Path]::GetFileName($Path)
    $script:Current.Block = $null
    $root = New-Node -Kind File -Name $file -Location "${Path}:1"
    $root.Path = $Path

    Assert-TestFile $Path
    $script:Current.Block = $root
    $script:Current.Phase = 'Discovery'
    $finished = $false
    try {
        # The loop catches a stray `break`, which would otherwise leave this function.
        do {
            $null = & $script:Current.Scope.File $root
            $finished = $true
        } while ($false)
    }
    finally {
        $script:Current.Phase = ''
        $script:Current.Block = $null
    }
    if (-not $finished) { throw "A break or continue outside any loop left $file during discovery." }
    if (-not @(Get-Test $root)) { throw "$file has no tests." }
    $root
}

# Tags are inherited; an excluded tag wins. Wildcards are allowed in both lists.
function Select-TestByTag($Root, [string[]] $Tag, [string[]] $ExcludeTag) {
    foreach ($test in Get-Test $Root) {
        $test.Selected = (-not $Tag -or (Test-Tag $test.Tag $Tag)) -and -not (Test-Tag $test.Tag $ExcludeTag)
    }
}

function Test-Tag([string[]] $Tag, [string[]] $Pattern) {
    foreach ($each in $Pattern) {
        if ($Tag -like $each) { return $true }
    }
    $false
}
