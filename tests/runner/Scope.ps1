<#
The scopes that test code runs in, as Pester 5 nests them:

    & {                           a block (the file is the outermost)
        . BeforeAll
        & {                       a nested block: sees what is above it, and nothing leaks back
            . BeforeAll
            & {                   a test, in one scope with its BeforeEach and AfterEach
                . BeforeEach      (outer blocks' first)
                . the It's body
                . AfterEach       (inner blocks' first)
            }
            . AfterAll
        }
        . AfterAll
    }

These script blocks are bound to the session state of the tests; called with `&` they open a scope there, wherever the
call comes from. Their variables share that scope with test code, hence the names.
#>
@{
    # The file's body, at discovery.
    File = {
        param($______node)
        . $______node.Path
    }

    # The body of a Describe or Context, at discovery.
    Body = {
        param($______node)
        foreach ($______item in $______node.Variables.GetEnumerator()) {
            $ExecutionContext.SessionState.PSVariable.Set($______item.Key, $______item.Value)
        }
        $______item = $null
        . $______node.ScriptBlock
    }

    # A block or a test, at run time. Finished and CleanedUp count the steps that came to their end: a `break` or
    # `continue` without a loop of its own would otherwise end a test early, and silently.
    Node = {
        param($______node)
        try {
            $______splat = $______node.Splat
            foreach ($______item in $______node.Variables.GetEnumerator()) {
                $ExecutionContext.SessionState.PSVariable.Set($______item.Key, $______item.Value)
            }
            foreach ($______item in $______node.Steps) {
                . $______item @______splat
                $______node.Finished++
            }
        }
        catch {
            $______node.Errors.Add($_)
        }
        finally {
            foreach ($______item in $______node.Cleanups) {
                try {
                    . $______item @______splat
                }
                catch {
                    $______node.Errors.Add($_)
                }
                $______node.CleanedUp++
            }
        }
    }

    # A step of Node: names see the variables that BeforeAll and BeforeEach have set.
    Name = {
        $______node.ExpandedName = "$(& ([scriptblock]::Create($______node.NameExpression)))"
    }
}
