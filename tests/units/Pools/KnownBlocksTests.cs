using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Worker;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>Which blocks are collected again when they come again.</summary>
public sealed class KnownBlocksTests : IDisposable
{
    private readonly KnownBlocks _blocks = new(ProcConcurrency.Values.ValueContext.Plain);
    private readonly PowerShell _shell;
    private readonly SessionState _state;

    public KnownBlocksTests()
    {
        var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        _shell = PowerShell.Create(runspace);
        _state = Assert.IsType<SessionState>(Run("$ExecutionContext.SessionState"));
    }

    public void Dispose()
    {
        Runspace.DefaultRunspace = null;
        _shell.Runspace.Dispose();
        _shell.Dispose();
    }

    [Theory]
    [InlineData("1")]
    [InlineData("param([int] $n) Get-Command -Name Get-Help | Where-Object Name")]
    [InlineData("Get-Mine; mine")]
    public void One_that_would_come_out_the_same_is_known(string text)
    {
        Run("function global:Get-Mine { 1 }; ${alias:mine} = 'Get-Mine'");
        var block = Block(text);
        Assert.False(IsKnown(block, out var first));
        Assert.True(IsKnown(block, out var second));
        Assert.Same(first, second);
    }

    [Theory]
    [InlineData("Get-Mine", "function global:Get-Mine { 2 }")]
    [InlineData("mine", "function global:Get-Mine { 2 }")]
    [InlineData("mine", "${alias:mine} = 'Get-Help'")]
    [InlineData("Get-Later", "function global:Get-Later { 2 }")]
    [InlineData("Get-Command", "function global:Get-Command { 2 }")]
    public void One_whose_commands_have_changed_is_not(string text, string change)
    {
        Run("function global:Get-Mine { 1 }; ${alias:mine} = 'Get-Mine'");
        var block = Block(text);
        Assert.False(IsKnown(block, out var first));
        Run(change);
        Assert.False(IsKnown(block, out var second));
        Assert.NotSame(first, second);
        Assert.True(IsKnown(block, out var third));
        Assert.Same(second, third);
    }

    [Theory]
    [InlineData("$using:PSHOME")]
    [InlineData("[NoSuchType]::new()")]
    [InlineData("New-Object Version 1, 2")]
    public void One_of_which_that_can_not_be_told_is_not(string text)
    {
        var block = Block(text);
        Assert.False(IsKnown(block, out var first));
        Assert.False(IsKnown(block, out var second));
        Assert.Same(first, second);
    }

    [Fact]
    public void One_that_brings_its_input_in_another_way_is_not()
    {
        var block = Block("1");
        Assert.False(IsKnown(block, out _));
        Assert.False(IsKnown(block, out _, TaskForm.OwnArguments));
    }

    private bool IsKnown(ScriptBlock block, out TaskDefinition definition, TaskForm form = TaskForm.InputOnly)
    {
        using var taken = _blocks.Take(_state, block, form, mayLoad: false);
        definition = taken.Definition;
        return taken.IsKnown;
    }

    private ScriptBlock Block(string text) => Assert.IsType<ScriptBlock>(Run($"{{ {text} }}"));

    private object? Run(string text)
    {
        var results = _shell.AddScript(text).Invoke();
        Assert.Empty(_shell.Streams.Error);
        _shell.Commands.Clear();
        return results.LastOrDefault()?.BaseObject;
    }
}
