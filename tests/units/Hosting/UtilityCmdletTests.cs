using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ProcConcurrency.Host.Cmdlets;
using Xunit;

namespace ProcConcurrency.Units.Hosting;

/// <summary>The everyday cmdlets of the embedded engine, each by what a script sees of it.</summary>
public sealed class UtilityCmdletTests : IDisposable
{
    private readonly Runspace _runspace;
    private readonly string _directory = Directory.CreateTempSubdirectory("utility-cmdlets").FullName;

    public UtilityCmdletTests()
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var (name, type) in UtilityTable.Cmdlets)
        {
            state.Commands.Add(new SessionStateCmdletEntry(name, type, null));
        }

        state.Variables.Add(new SessionStateVariableEntry("dir", _directory, null));
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    public void Dispose()
    {
        _runspace.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("1..1000000000 | Select-Object -First 2", "1|2")]
    [InlineData("1..10 | Select-Object -Last 2", "9|10")]
    [InlineData("1..10 | Select-Object -Last 2 -Skip 1", "8|9")]
    [InlineData("1..10 | Select-Object -First 1 -Last 1", "1|10")]
    [InlineData("1..10 | Select-Object -First 2 -Skip 3", "4|5")]
    [InlineData("1..5 | Select-Object -SkipLast 3", "1|2")]
    [InlineData("1..1000000000 | Select-Object -Index 4,1", "2|5")]
    [InlineData("1..4 | Select-Object -SkipIndex 0,2", "2|4")]
    [InlineData("'a','A','a' | Select-Object -Unique", "a|A")]
    [InlineData("'a','A','a' | Select-Object -Unique -CaseInsensitive", "a")]
    [InlineData("1..3 | Select-Object -First 0", "")]
    [InlineData("[pscustomobject]@{ab=1;ac=2;d=3} | Select-Object a*", "@{ab=1; ac=2}")]
    [InlineData("[pscustomobject]@{a=1;b=2} | Select-Object * -ExcludeProperty b", "@{a=1}")]
    [InlineData("[pscustomobject]@{a=1} | Select-Object @{N='x';E={$_.a+1}},@{Label='y';Expression='a'},zz", "@{x=2; y=1; zz=}")]
    [InlineData("[pscustomobject]@{a=1,2} | Select-Object -ExpandProperty a", "1|2")]
    [InlineData("& { 1; $global:ended = 1; 2 } | Select-Object -First 1 -Wait; $ended", "1|1")]
    [InlineData("3,1,10 | Sort-Object", "1|3|10")]
    [InlineData("3,1,10 | Sort-Object -Descending", "10|3|1")]
    [InlineData("'b','A','B','a' | Sort-Object", "A|a|b|B")]
    [InlineData("'b','A','a' | Sort-Object -Unique", "A|b")]
    [InlineData("'bb','a','ccc' | Sort-Object { -$_.Length }", "ccc|bb|a")]
    [InlineData("5..1 | Sort-Object -Top 2", "1|2")]
    [InlineData("@{a=1;b=1},@{a=1;b=2},@{a=0;b=3} | Sort-Object a,@{E='b';Descending=$true} | % b", "3|2|1")]
    [InlineData("1..4 | Group-Object { $_ % 2 } | % { \"$($_.Name):$($_.Count)\" }", "0:2|1:2")]
    [InlineData("(1..4 | Group-Object { $_ % 2 } -AsHashTable)[1] -join ','", "1,3")]
    [InlineData("('x','X' | Group-Object -AsHashTable -AsString)['x'].Count", "2")]
    [InlineData("('x','X' | Group-Object -NoElement).Group.Count", "0")]
    [InlineData("Compare-Object 1,2 2,3 | % { \"$($_.InputObject)$($_.SideIndicator)\" }", "3=>|1<=")]
    [InlineData("Compare-Object 1,2 2 -IncludeEqual -ExcludeDifferent -PassThru", "2")]
    [InlineData("1,1,2,1 | Get-Unique", "1|2|1")]
    [InlineData("1,2 | Tee-Object -Variable t | Out-Null; $t", "1|2")]
    [InlineData("'x' | Tee-Object -FilePath $dir/t | Out-Null; [IO.File]::ReadAllText(\"$dir/t\").Trim()", "x")]
    public void Selection_order_and_groups_are_those_of_scripts(string script, string expected) => Assert.Equal(expected, Run(script));

    [Theory]
    [InlineData("(1..4 | Measure-Object).Count", "4")]
    [InlineData("1..4 | Measure-Object -Sum -Average -Minimum -Maximum | % { $_.Sum; $_.Average; $_.Minimum; $_.Maximum }", "10|2.5|1|4")]
    [InlineData("(2,4,4,4,5,5,7,9 | Measure-Object -AllStats).StandardDeviation.ToString('F3', [cultureinfo]::InvariantCulture)", "2.138")]
    [InlineData("('b','a' | Measure-Object -Minimum).Minimum", "a")]
    [InlineData("(@{n=1},@{n=2} | Measure-Object n -Sum).Sum", "3")]
    [InlineData("'a bc' | Measure-Object -Word -Character -Line | % { $_.Words; $_.Characters; $_.Lines }", "2|4|1")]
    [InlineData("$m = Measure-Command { $inside = 5 }; $m.GetType().Name; $inside", "TimeSpan|5")]
    [InlineData("Get-Random -Minimum 3 -Maximum 4", "3")]
    [InlineData("(Get-Random -SetSeed 7) -eq (Get-Random -SetSeed 7)", "True")]
    [InlineData("(1..9 | Get-Random -Count 20 | Sort-Object) -join ''", "123456789")]
    [InlineData("Get-Date '2020-03-04 05:06' -Format yyyyMMddHHmm", "202003040506")]
    [InlineData("(Get-Date -Date 2020-03-04 -Year 2021).Year", "2021")]
    [InlineData("(New-TimeSpan -Hours 1 -Minutes 2).TotalMinutes", "62")]
    [InlineData("New-TimeSpan; New-Guid -Empty", "00:00:00|00000000-0000-0000-0000-000000000000")]
    public void Numbers_and_moments_come_out_as_expected(string script, string expected) => Assert.Equal(expected, Run(script));

    [Theory]
    [InlineData("@{a=@(1,$null,'x\"')} | ConvertTo-Json -Compress", "{\"a\":[1,null,\"x\\\"\"]}")]
    [InlineData("1.0,2 | ConvertTo-Json -Compress", "[1.0,2]")]
    [InlineData("1 | ConvertTo-Json -AsArray -Compress", "[1]")]
    [InlineData("[DayOfWeek]::Monday | ConvertTo-Json; [DayOfWeek]::Monday | ConvertTo-Json -EnumsAsStrings", "1|\"Monday\"")]
    [InlineData("@{a=@{b=@{c=1}}} | ConvertTo-Json -Depth 1 -Compress -WA Ignore", """{"a":{"b":"System.Collections.Hashtable"}}""")]
    [InlineData("[pscustomobject]@{a='é<'} | ConvertTo-Json -Compress", "{\"a\":\"é<\"}")]
    [InlineData("'[1,2.5,\"x\",null,true]' | ConvertFrom-Json | % { \"$_\" }", "1|2.5|x||True")]
    [InlineData("('{\"a\":1}' | ConvertFrom-Json).a.GetType().Name", "Int64")]
    [InlineData("('{\"d\":\"2020-01-02T03:04:05Z\"}' | ConvertFrom-Json).d.Kind", "Utc")]
    [InlineData("('{\"a\":{\"b\":2}}' | ConvertFrom-Json -AsHashtable).a['b']", "2")]
    [InlineData("('[1,2]' | ConvertFrom-Json -NoEnumerate | % { $_.Count })", "2")]
    [InlineData("'{', '\"a\": 3 // note', '}' | ConvertFrom-Json | % a", "3")]
    [InlineData("[pscustomobject]@{a=1;b='q\"r'} | ConvertTo-Csv", "\"a\",\"b\"|\"1\",\"q\"\"r\"")]
    [InlineData("[pscustomobject]@{a=1;b='x,y'} | ConvertTo-Csv -UseQuotes AsNeeded", "a,b|1,\"x,y\"")]
    [InlineData("'a,b','1,\"x,\"\"y\"' | ConvertFrom-Csv | % b", "x,\"y")]
    [InlineData("'a;b','\"1','2\";3' | ConvertFrom-Csv -Delimiter ';' | % { $_.a.Length; $_.b }", "3|3")]
    [InlineData("1,2 | % { [pscustomobject]@{a=$_} | Export-Csv $dir/c -Append }; Import-Csv $dir/c | % a", "1|2")]
    [InlineData("\"@{ a = 'v' }\" > $dir/d.psd1; (Import-PowerShellDataFile $dir/d.psd1).a", "v")]
    [InlineData("'abc' | Out-File $dir/h -NoNewline; (Get-FileHash $dir/h -Algorithm MD5).Hash", "900150983CD24FB0D6963F7D28E17F72")]
    public void Text_formats_round_trip(string script, string expected) => Assert.Equal(expected, Run(script));

    [Theory]
    [InlineData("function f { $v = 1; Set-Variable v 2 -Scope 1; Get-Variable v -ValueOnly }; f; $v", "1|2")]
    [InlineData("function f { New-Variable own 3; Get-Variable own -ValueOnly }; f; $own", "3|")]
    [InlineData("1,2 | Set-Variable p; $p.Count", "2")]
    [InlineData("New-Variable r 1 -Option ReadOnly; Set-Variable r 2 -Force; $r", "2")]
    [InlineData("$c = 1; Clear-Variable c; $null -eq $c; Remove-Variable c; $null -eq $c", "True|True")]
    [InlineData("Set-Alias say Write-Output; say 5; (Get-Alias say).Definition", "5|Write-Output")]
    [InlineData("$v = 1; Invoke-Expression '$v = 7; \"out\"'; $v", "out|7")]
    [InlineData("(New-Object System.Version 1,2).ToString(); (New-Object byte[] 3).Length", "1.2|3")]
    [InlineData("(New-Object 'Collections.Generic.List[int]').Count; (New-Object psobject -Property @{x=4}).x", "0|4")]
    [InlineData("(New-Object Text.StringBuilder -Property @{Capacity=99}).Capacity", "99")]
    [InlineData("$o = [pscustomobject]@{a=1}; $o | Add-Member NoteProperty b 2; $o | Add-Member c 3; $o", "@{a=1; b=2; c=3}")]
    [InlineData("$o = [pscustomobject]@{a=1}; $o | Add-Member ScriptProperty p { $this.a + 1 }; $o | Add-Member @{d=4}; $o.p; $o.d", "2|4")]
    [InlineData("('x' | Add-Member ScriptMethod m { param($n) $this * $n } -PassThru).m(3)", "xxx")]
    [InlineData("'x' | Get-Member Len* | % { \"$($_.TypeName) $($_.Name) $($_.MemberType)\" }", "System.String Length Property")]
    [InlineData("[pscustomobject]@{q=1} | Get-Member -MemberType NoteProperty | % Name; [math] | Get-Member -Static PI | % Name", "q|PI")]
    [InlineData("'foo','bar','Food' | Select-String foo | % LineNumber", "1|3")]
    [InlineData("'foo','Food' | Select-String Foo -CaseSensitive | % Line", "Food")]
    [InlineData("'abc' | Select-String b -Quiet; 'a' | Select-String b -Quiet", "True|False")]
    [InlineData("'a.c','abc' | Select-String a.c -SimpleMatch | % Line", "a.c")]
    [InlineData("'aa' | Select-String a -AllMatches | % { $_.Matches.Count }", "2")]
    [InlineData("'one','two' > $dir/s; Select-String -Path $dir/s -Pattern o -NotMatch; (Select-String tw $dir/s).Filename", "s")]
    [InlineData("(ConvertTo-SecureString abc -AsPlainText -Force).Length", "3")]
    [InlineData("Register-EngineEvent my | Out-Null; (Get-EventSubscriber my).SourceIdentifier; Unregister-Event my; Get-EventSubscriber", "my")]
    [InlineData("Start-Sleep -Milliseconds 1; Start-Sleep 0.001; Start-Sleep -Duration ([timespan]::Zero); 'on'", "on")]
    public void Variables_members_and_events_are_managed(string script, string expected) => Assert.Equal(expected, Run(script));

    [Theory]
    [InlineData("([pscustomobject]@{a=1;b='x'} | Format-Table | Out-String -Stream | ? { $_ }) -join '/'", "a b/- -/1 x")]
    [InlineData("([pscustomobject]@{a=1;b='x'} | Format-List | Out-String -Stream | ? { $_ }) -join '/'", "a : 1/b : x")]
    [InlineData("(1..2 | % { [pscustomobject]@{n=$_} } | Format-Wide -Column 2 | Out-String).Trim() -replace ' +', ' '", "1 2")]
    [InlineData("'a','b' | Out-String -NoNewline", "ab")]
    [InlineData("'hi' > $dir/o; 'ho' >> $dir/o; [IO.File]::ReadAllLines(\"$dir/o\")", "hi|ho")]
    [InlineData("'é' | Out-File $dir/u -Encoding unicode -NoNewline; [IO.File]::ReadAllBytes(\"$dir/u\").Length", "4")]
    [InlineData("Write-Output 1,2 -NoEnumerate | % Count", "2")]
    [InlineData("Write-Output 1 2", "1|2")]
    public void Output_is_formatted_by_the_engine(string script, string expected) => Assert.Equal(expected, Run(script));

    [Theory]
    [InlineData("Write-Error boo -ErrorId MyId", "MyId")]
    [InlineData("function f { [CmdletBinding()]param() Write-Error boo -ErrorId MyId }; f", "MyId,f")]
    [InlineData("Write-Error boo", "Microsoft.PowerShell.Commands.WriteErrorException")]
    [InlineData("Write-Error -Exception ([ArgumentException]::new('x')) -Message y", "System.ArgumentException")]
    [InlineData("[pscustomobject]@{a=1} | Select-Object -ExpandProperty z", "ExpandPropertyNotFound,*")]
    [InlineData("Get-Variable nope", "VariableNotFound,*")]
    [InlineData("$n = 1; New-Variable n 2", "VariableAlreadyExists,*")]
    [InlineData("New-Variable k 1 -Option ReadOnly; Set-Variable k 2", "VariableNotWritable,*")]
    [InlineData("'x' | Measure-Object -Sum | Out-Null", "NonNumericInputObject,*")]
    [InlineData("1 | Measure-Object zip -Sum", "GenericMeasurePropertyNotFound,*")]
    [InlineData("New-Object No.Such.Type", "TypeNotFound,*")]
    [InlineData("New-Object Version 'x'", "ConstructorInvokedThrowException,*")]
    [InlineData("New-Object Uri 1,2,3,4,5", "CannotFindAppropriateCtor,*")]
    [InlineData("[pscustomobject]@{a=1} | Add-Member a 2", "MemberAlreadyExists,*")]
    [InlineData("'{bad' | ConvertFrom-Json", "System.ArgumentException,*")]
    [InlineData("Get-Alias nono", "ItemNotFoundException,*")]
    [InlineData("New-Alias gm x", "AliasAlreadyExists,*")]
    [InlineData("Import-Csv $dir/none", "FileOpenFailure,*")]
    [InlineData("Get-FileHash -LiteralPath $dir/none", "PathNotFound,*")]
    [InlineData("'x' > $dir/n; 'y' | Out-File $dir/n -NoClobber", "NoClobber,*")]
    [InlineData("Unregister-Event none", "INVALID_SOURCE_IDENTIFIER,*")]
    [InlineData("Get-Random -Minimum 2 -Maximum 1", "MinGreaterThanOrEqualMax,*")]
    [InlineData("Write-Information x -Tags PSX", "PSPrefixReservedInInformationTag,*")]
    [InlineData("Add-Type -AssemblyName No.Such.One", "ASSEMBLY_LOAD_FAILED,*")]
    [InlineData("'x' | Select-String '('", "InvalidRegex,*")]
    public void Failures_bear_the_ids_scripts_know(string script, string expectedId)
    {
        using var shell = Shell(script);
        List<ErrorRecord> errors = [];
        try
        {
            shell.Invoke();
            errors.AddRange(shell.Streams.Error);
        }
        catch (RuntimeException failure)
        {
            errors.Add(failure.ErrorRecord);
        }

        var pattern = WildcardPattern.Get(expectedId, WildcardOptions.None);
        Assert.True(pattern.IsMatch(Assert.Single(errors).FullyQualifiedErrorId), errors[0].FullyQualifiedErrorId + ": " + errors[0]);
    }

    [Fact]
    public void Every_stream_is_written()
    {
        using var shell = Shell(
            "Write-Host a (1,2) -Separator '-'; Write-Warning w; Write-Information i -Tags t; "
            + "$VerbosePreference = 'Continue'; $DebugPreference = 'Continue'; "
            + "Write-Verbose v; Write-Debug d; Write-Progress act st -PercentComplete 5");
        shell.Invoke();
        Assert.Equal("a-1-2", shell.Streams.Information[0].MessageData.ToString());
        Assert.IsType<HostInformationMessage>(shell.Streams.Information[0].MessageData);
        Assert.Equal("PSHOST", Assert.Single(shell.Streams.Information[0].Tags));
        Assert.Equal("t", Assert.Single(shell.Streams.Information[1].Tags));
        Assert.Equal("w", Assert.Single(shell.Streams.Warning).Message);
        Assert.Equal("v", Assert.Single(shell.Streams.Verbose).Message);
        Assert.Equal("d", Assert.Single(shell.Streams.Debug).Message);
        Assert.Equal(5, shell.Streams.Progress.Single(record => record.Activity == "act").PercentComplete);
    }

    [Fact]
    public void An_error_keeps_what_it_was_given()
    {
        using var shell = Shell(
            "Write-Error m -Category InvalidData -TargetObject 7 "
            + "-RecommendedAction ra -CategoryActivity act -CategoryReason why");
        shell.Invoke();
        var record = Assert.Single(shell.Streams.Error);
        Assert.Equal((ErrorCategory.InvalidData, 7, "act", "why"),
            (record.CategoryInfo.Category, record.TargetObject, record.CategoryInfo.Activity, record.CategoryInfo.Reason));
        Assert.Equal("ra", record.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public async Task A_sleep_ends_when_stopped()
    {
        using var shell = Shell("'begun'; Start-Sleep 86400");
        var output = new PSDataCollection<PSObject>();
        var begun = new TaskCompletionSource();
        output.DataAdded += (_, _) => begun.TrySetResult();
        var running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        await begun.Task;
        await Task.Factory.FromAsync(shell.BeginStop, shell.EndStop, null);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
    }

    private PowerShell Shell(string script)
    {
        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        return shell;
    }

    private string Run(string script)
    {
        using var shell = Shell(script);
        var output = shell.Invoke();
        Assert.True(shell.Streams.Error.Count == 0, string.Join("; ", shell.Streams.Error));
        return string.Join('|', output.Select(item =>
            item is null ? "" : LanguagePrimitives.ConvertTo<string>(item)));
    }
}
