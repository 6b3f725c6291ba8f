using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ProcConcurrency.Host;
using Xunit;

namespace ProcConcurrency.Units.Hosting;

/// <summary>Where the everyday cmdlets once differed from pwsh's: what pwsh writes, character by character.</summary>
public sealed class PwshDifferenceTests : IDisposable
{
    private readonly Runspace _runspace = RunspaceFactory.CreateRunspace(EngineState.Create());

    public PwshDifferenceTests() => _runspace.Open();

    public void Dispose() => _runspace.Dispose();

    [Theory]
    [InlineData("1.5,2,1e10,1e-7,1e300 | ConvertTo-Json", "[\n  1.5,\n  2,\n  10000000000.0,\n  1E-07,\n  1E+300\n]")]
    [InlineData("[ordered]@{a=1;b=@(1,2)} | ConvertTo-Json", "{\n  \"a\": 1,\n  \"b\": [\n    1,\n    2\n  ]\n}")]
    [InlineData("@{e=[DayOfWeek]::Monday,[DayOfWeek]::Friday} | ConvertTo-Json", "{\n  \"e\": [\n    1,\n    5\n  ]\n}")]
    [InlineData("2.0d,[uint64]::MaxValue | ConvertTo-Json -Compress", "[2.0,18446744073709551615]")]
    [InlineData("[bigint]::Pow(10,40) | ConvertTo-Json -Compress", "10000000000000000000000000000000000000000")]
    public void Numbers_have_their_digits_and_their_lines(string script, string expected) => Assert.Equal(expected, Run(script));

    [Theory]
    [InlineData("[version]'1.2' | ConvertTo-Json -Compress", """{"Major":1,"Minor":2,"Build":-1,"Revision":-1,"MajorRevision":-1,"MinorRevision":-1}""")]
    [InlineData("[semver]'1.2.3' | ConvertTo-Json -Compress", """{"Major":1,"Minor":2,"Patch":3,"PreReleaseLabel":null,"BuildLabel":null}""")]
    [InlineData("([Text.StringBuilder]'ab' | Add-Member N 1 -PassThru | ConvertTo-Json -Compress) -replace '^.*,'", "\"N\":1}")]
    [InlineData("([ipaddress]'127.0.0.1' | ConvertTo-Json -Compress) -replace '^.*,'", "\"IPAddressToString\":\"127.0.0.1\"}")]
    [InlineData("(@{i=[ipaddress]'127.0.0.1'} | ConvertTo-Json -Compress) -replace '^.*,'", "\"Address\":16777343}}")]
    public void Objects_have_their_own_properties_then_the_added_ones(string script, string expected) => Assert.Equal(expected, Run(script));

    [Theory]
    [InlineData("'{\"a\":1,\"A\":2}' | ConvertFrom-Json", "KeysWithDifferentCasingInJsonString,*")]
    [InlineData("Import-Csv /nonexistent.csv", "FileOpenFailure,*")]
    public void Failures_have_the_ids_of_pwsh(string script, string id)
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddScript(script).Invoke();
        var error = Assert.Single(shell.Streams.Error);
        Assert.True(WildcardPattern.Get(id, WildcardOptions.None).IsMatch(error.FullyQualifiedErrorId), error.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("1,'abc' | Measure-Object -Sum -Average -Minimum -ErrorAction Ignore | % { \"$($_.Count) [$($_.Sum)] [$($_.Average)]\" }", "2 [] []")]
    [InlineData("'abc' | Measure-Object -Sum -Minimum -ErrorAction Ignore | % { \"[$($_.Minimum)]\" }", "[]")]
    public void Text_among_numbers_leaves_no_sum(string script, string expected) => Assert.Equal(expected, Run(script));

    [Theory]
    [InlineData("(Get-Command Select-Object).ModuleName; (Get-Command Get-ChildItem).Source", "Microsoft.PowerShell.Utility|Microsoft.PowerShell.Management")]
    [InlineData("Microsoft.PowerShell.Utility\\Write-Output 5", "5")]
    [InlineData("@(Get-Command Get-ChildItem -All).Count", "1")]
    public void Commands_say_which_module_they_are_from(string script, string expected) => Assert.Equal(expected, Run(script));

    private string Run(string script)
    {
        using var shell = PowerShell.Create(_runspace);
        var output = shell.AddScript(script).Invoke();
        Assert.True(shell.Streams.Error.Count == 0, string.Join("; ", shell.Streams.Error));
        return string.Join('|', output.Select(static item => LanguagePrimitives.ConvertTo<string>(item)));
    }
}
