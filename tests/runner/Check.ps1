# What can be seen before a file runs: it parses, and it asks for nothing that this runner does not do. A word that is
# refused here could otherwise hide in a `Should -Throw` or a catch and pass.

$script:RefusedWords = 'Mock', 'InModuleScope', 'Assert-MockCalled', 'Assert-VerifiableMock', 'New-MockObject', 'Add-ShouldOperator',
    'Get-ShouldOperator', 'Invoke-Pester', 'New-Fixture', 'New-PesterContainer', 'New-PesterConfiguration', 'Get-TestRegistry'
$script:OwnWords = 'Describe', 'Context', 'It', 'BeforeDiscovery', 'BeforeAll', 'AfterAll', 'BeforeEach', 'AfterEach', 'Should',
    'Set-ItResult'

# Throws one error that names every problem with its line.
function Assert-TestFile([string] $Path) {
    $tokens = $parseErrors = $null
    $ast = [Management.Automation.Language.Parser]::ParseFile($Path, [ref]$tokens, [ref]$parseErrors)
    $problems = @(
        foreach ($parseError in $parseErrors) { "line $($parseError.Extent.StartLineNumber): $($parseError.Message)" }
        if (-not $parseErrors) { Get-RefusedWord $ast }
    )
    if ($problems) { throw "The file can't run.`n$($problems -join "`n")" }
}

function Get-RefusedWord($Ast) {
    foreach ($command in $Ast.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
        $name = $command.GetCommandName()
        $line = "line $($command.Extent.StartLineNumber)"
        if ($name -in $script:RefusedWords) {
            "${line}: $name is not supported by this runner (tests/runner)."
        }
        elseif ($name -in $script:OwnWords) {
            foreach ($problem in Get-ParameterProblem $name $command) { "${line}: $problem" }
        }
    }
}

function Get-ParameterProblem([string] $Word, $Command) {
    $known = (Get-Command -Name $Word -CommandType Function).Parameters
    $used = foreach ($element in $Command.CommandElements) {
        if ($element -isnot [Management.Automation.Language.CommandParameterAst]) { continue }
        $parameter = Resolve-ParameterName $known $element.ParameterName
        if ($parameter) { $parameter } else { "$Word has no parameter -$($element.ParameterName) in this runner." | Set-Problem }
    }
    $problems = @($used).Where{ $_ -is [Collections.IDictionary] }.ForEach{ $_.Problem }
    if ($problems) { return $problems }

    if ($Word -eq 'Should') {
        $splatted = @($Command.CommandElements).Where{ $_ -is [Management.Automation.Language.VariableExpressionAst] -and $_.Splatted }
        $operators = @($used).Where{ $_ -in $script:Operators.Keys }
        if ($operators.Count -ne 1 -and -not $splatted) { "Should needs one operator, such as -Be; it has $($operators.Count)." }
        if ('ErrorAction' -in $used) { 'Should -ErrorAction is not supported by this runner: a failed Should ends its test.' }
    }
}

filter Set-Problem { @{ Problem = $_ } }

# As the engine does: the name, an alias, or a beginning that fits one parameter alone.
function Resolve-ParameterName($Known, [string] $Given) {
    if ($Known.ContainsKey($Given)) { return $Known[$Given].Name }
    foreach ($parameter in $Known.Values) {
        if ($Given -in $parameter.Aliases) { return $parameter.Name }
    }
    $fitting = @($Known.Keys).Where{ $_ -like "$([Management.Automation.WildcardPattern]::Escape($Given))*" }
    if ($fitting.Count -eq 1) { $fitting[0] }
}
