using System.Collections;
using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Native;

public sealed class EnvironmentBlockTests
{
    [Fact]
    public void VariablesAreSortedByNameWhateverTheirCase() => Assert.Equal(
        "ALPHA=1\0beta=2\0Gamma=3\0\0", Block(new() { ["Gamma"] = "3", ["beta"] = "2", ["ALPHA"] = "1" }, []));

    [Fact]
    public void SortingFollowsNoLanguage() => Assert.Equal(
        "A_B=1\0AB=2\0\0".Split('\0').Order(StringComparer.OrdinalIgnoreCase),
        Block(new() { ["AB"] = "2", ["A_B"] = "1" }, []).Split('\0').Order(StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void AChangeMeetsTheVariableInAnyCase() => Assert.Equal(
        "Path=new\0\0", Block(new() { ["Path"] = "old", ["Gone"] = "x" }, new() { ["PATH"] = "new", ["GONE"] = null }));

    [Fact]
    public void WhatIsNotThereCanBeTakenAwayAndAdded() => Assert.Equal(
        "b=\0c=d=e\0\0", Block([], new() { ["a"] = null, ["b"] = string.Empty, ["c"] = "d=e" }));

    [Fact]
    public void AnEmptyBlockEndsWithTwoNulsToo() => Assert.Equal("\0\0", Block(new() { ["a"] = "1" }, new() { ["A"] = null }));

    private static string Block(Hashtable current, Dictionary<string, string?> changes) => EnvironmentBlock.Of(current, changes);
}
