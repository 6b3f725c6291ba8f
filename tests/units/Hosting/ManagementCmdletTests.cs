using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ProcConcurrency.Host.Cmdlets;
using Xunit;

namespace ProcConcurrency.Units.Hosting;

/// <summary>The embedded engine's own item, path, drive and process cmdlets in a session that has no others.</summary>
public sealed class ManagementCmdletTests : IDisposable
{
    private readonly Runspace _runspace;
    private readonly string _folder = Directory.CreateTempSubdirectory("pc mgmt ").FullName;

    public ManagementCmdletTests()
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var (name, type) in ManagementTable.Cmdlets)
        {
            state.Commands.Add(new SessionStateCmdletEntry(name, type, null));
        }

        foreach (var (name, target) in ManagementTable.Aliases)
        {
            state.Commands.Add(new SessionStateAliasEntry(name, target));
        }

        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
        _runspace.SessionStateProxy.SetVariable("d", _folder);
    }

    public void Dispose()
    {
        _runspace.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_alias_names_a_cmdlet_of_the_table()
    {
        var names = ManagementTable.Cmdlets.Select(cmdlet => cmdlet.Name).ToHashSet();

        Assert.All(ManagementTable.Aliases, alias => Assert.Contains(alias.Target, names));
        Assert.DoesNotContain(ManagementTable.Aliases, alias => alias.Name is "ls" or "cat" or "cp" or "mv" or "rm" or "ps" or "kill");
    }

    [Theory]
    [InlineData("[Cmdlet]")]
    [InlineData("a [1] b.txt")]
    [InlineData("two words")]
    [InlineData("st*r?")]
    [InlineData("`tick'quote\"")]
    public void A_literal_path_is_taken_as_written(string name)
    {
        _runspace.SessionStateProxy.SetVariable("n", name);

        var output = Run(
            "$p = Join-Path $d $n; $null = New-Item -Path $d -Name $n -ItemType File",
            "Set-Content -LiteralPath $p one, two; Add-Content -LiteralPath $p three; Get-Content -LiteralPath $p",
            "Test-Path -LiteralPath $p; (Get-Item -LiteralPath $p).Name; Get-ChildItem $d -Name",
            "Copy-Item -LiteralPath $p $d/copy; Rename-Item -LiteralPath $p renamed; Test-Path -LiteralPath $p");

        Assert.Equal(["one", "two", "three", "True", name, name, "False"], output);
        Assert.Equal(["copy", "renamed"], Names());
    }

    [Theory]
    [InlineData("Get-Item $d/none", "PathNotFound,")]
    [InlineData("Get-ChildItem $d/none", "PathNotFound,")]
    [InlineData("Get-Content $d/none", "PathNotFound,")]
    [InlineData("Get-Content -LiteralPath $d/none", "PathNotFound,")]
    [InlineData("Remove-Item $d/none", "PathNotFound,")]
    [InlineData("Copy-Item $d/none $d/x", "PathNotFound,")]
    [InlineData("Move-Item $d/none $d/x", "PathNotFound,")]
    [InlineData("Move-Item -LiteralPath $d/none $d/x", "InvalidOperation,")]
    [InlineData("Rename-Item -LiteralPath $d/none x", "InvalidOperation,")]
    [InlineData("Remove-Item $d; Set-Location /", "InvalidOperation,")]
    [InlineData("Set-Location $d/none", "PathNotFound,")]
    [InlineData("Resolve-Path $d/none", "PathNotFound,")]
    [InlineData("Get-Item nodrive:/x", "DriveNotFound,")]
    [InlineData("Set-Content $d/no*ne 1", "ItemNotFound,")]
    [InlineData("Get-Content variable:d -Tail 1", "TailNotSupported,")]
    [InlineData("Get-Content $d -Tail 1 -Head 1", "TailAndHeadCannotCoexist,")]
    [InlineData("New-Item $d/sub -ItemType Directory | Out-Null; New-Item $d/sub -ItemType Directory", "DirectoryExist,")]
    [InlineData("Get-PSDrive none", "GetLocationNoMatchingDrive,")]
    [InlineData("Get-PSProvider none", "ProviderNotFound,")]
    [InlineData("New-PSDrive q FileSystem $d/none", "DriveRootError,")]
    [InlineData("Test-Path $null", "NullPathNotPermitted,")]
    [InlineData("Split-Path plain -Qualifier", "ParsePathFormatError,")]
    [InlineData("Get-Process -Id 99999999", "NoProcessFoundForGivenId,")]
    [InlineData("Stop-Process -Name no-such-process", "NoProcessFoundForGivenName,")]
    [InlineData("Wait-Process -Id $PID", "WaitOnItself,")]
    [InlineData("Start-Process true -WorkingDirectory $d/none", "DirectoryNotFoundException,")]
    [InlineData("Get-TimeZone -Id none", "TimeZoneNotFound,")]
    public void What_fails_is_one_error_and_the_script_goes_on(string script, string errorId)
    {
        using var shell = Shell("Set-Location $d", script, "'next'");
        var output = shell.Invoke();

        Assert.Equal("next", output[^1].BaseObject);
        var error = Assert.Single(shell.Streams.Error);
        Assert.StartsWith(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Remove-Item $d/kept")]
    [InlineData("Set-Content $d/kept 2")]
    [InlineData("Add-Content $d/kept 2")]
    [InlineData("Clear-Content $d/kept")]
    [InlineData("Copy-Item $d/kept $d/new")]
    [InlineData("Move-Item $d/kept $d/new")]
    [InlineData("Rename-Item $d/kept new")]
    [InlineData("New-Item $d/new")]
    [InlineData("Start-Process touch $d/new -Wait")]
    public void With_what_if_nothing_happens(string script)
    {
        Run("Set-Content $d/kept 1", script + " -WhatIf");

        Assert.Equal(["kept"], Names());
        Assert.Equal("1", File.ReadAllText(Path.Combine(_folder, "kept")).Trim());
    }

    [Fact]
    public void Children_are_picked_by_kind_filter_and_depth()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sub", "deep"));
        foreach (var file in new[] { "a.log", "b.txt", "sub/c.log", "sub/deep/d.log", ".hidden" })
        {
            File.WriteAllText(Path.Combine(_folder, file), "");
        }

        Assert.Equal(["a.log", "b.txt"], Sorted("(Get-ChildItem $d -File).Name"));
        Assert.Equal(["sub"], Sorted("(dir $d -Directory).Name"));
        Assert.Equal(["a.log", "c.log", "d.log"], Sorted("(Get-ChildItem $d -Recurse -Filter *.log).Name"));
        Assert.Equal(["a.log", "c.log"], Sorted("(gci $d -Depth 1 -Include *.log).Name"));
        Assert.Equal(["b.txt"], Sorted("(Get-ChildItem $d -Recurse -File -Exclude *.log).Name"));
        Assert.Equal([".hidden", "a.log", "b.txt"], Sorted("(Get-ChildItem $d -File -Force).Name"));
    }

    [Fact]
    public void Content_is_read_in_the_shape_asked_for()
    {
        Run("Set-Content $d/f (1..5)");

        Assert.Equal(["4", "5"], Run("Get-Content $d/f -Tail 2"));
        Assert.Equal(["1", "2"], Run("Get-Content $d/f -Head 2"));
        Assert.Equal(["1 2 3", "4 5"], Run("Get-Content $d/f -ReadCount 3 | ForEach-Object { \"$_\" }"));
        Assert.Equal(["True", "1"], Run("$raw = gc $d/f -Raw; $raw -is [string]; @($raw).Count"));
        Assert.Equal(["49", "f"], Run("(Get-Content $d/f -AsByteStream)[0]; (Get-Content $d/f)[0].PSChildName"));
        Assert.Equal(["é"], Run("Set-Content $d/g é -Encoding utf32 -NoNewline; Get-Content $d/g -Encoding utf32 -Tail 1"));
        Assert.Equal(["x", "y"], Run("'x', 'y' | Set-Content $d/f; Get-Content $d/f"));
        Assert.Equal(["0"], Run("Clear-Content $d/f; (Get-Item $d/f).Length"));
    }

    [Fact]
    public void Items_of_other_providers_are_items_too()
    {
        Assert.Equal(["v", "w", "False"], Run(
            "Set-Item env:PC_TEST v; $env:PC_TEST; Set-Content env:PC_TEST w; Get-Content env:PC_TEST",
            "Remove-Item env:PC_TEST; Test-Path env:PC_TEST"));
        Assert.Equal(["42"], Run("$null = New-Item function:answer -Value { 42 }; answer"));
        Assert.Equal(["5"], Run("Set-Item variable:five 5; $five; Clear-Item variable:five; $five").Where(text => text.Length > 0));
    }

    [Fact]
    public void Folders_are_copied_moved_and_removed_whole_and_links_alone()
    {
        var output = Run(
            "$null = New-Item $d/a/b -ItemType Directory; Set-Content $d/a/b/f text; Copy-Item $d/a $d/c -Recurse",
            "Move-Item $d/c $d/e; Get-Content $d/e/b/f; (Get-ItemProperty $d/e).Name; Get-ItemPropertyValue $d/e Name",
            "$null = New-Item $d/link -ItemType SymbolicLink -Target $d/a; (Get-Item $d/link).LinkTarget -eq \"$d/a\"",
            "Remove-Item $d/link; Remove-Item $d/e -Recurse; Test-Path $d/a/b/f -PathType Leaf");

        Assert.Equal(["text", "e", "e", "True", "True"], output);
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void Paths_are_joined_and_split()
    {
        Assert.Equal(["a/b/c", "x/c", "y/c"], Run("Join-Path a b c; Join-Path x, y c"));
        Assert.Equal(
            ["/a", "b.c.txt", "b.c", ".txt"],
            Run("$p = '/a/b.c.txt'; Split-Path $p; Split-Path $p -Leaf; Split-Path $p -LeafBase; Split-Path $p -Extension"));
        Assert.Equal(["env:", "x", "True"], Run("Split-Path env:x -Qualifier; Split-Path env:x -NoQualifier; Split-Path /a -IsAbsolute"));
        Assert.Equal(["False", "True", "False"], Run("Test-Path nodrive:/; Test-Path 'a b' -IsValid; Test-Path ''"));
    }

    [Fact]
    public void Locations_and_drives_lead_back()
    {
        var output = Run(
            "cd /; pushd $d; Set-Content f 1; Resolve-Path f -Relative; (Convert-Path ./f) -eq \"$d/f\"; popd; \"$(pwd)\"",
            "$null = New-PSDrive q FileSystem $d; Get-Content q:/f; Remove-PSDrive q; @(Get-PSDrive q*).Count",
            "Set-Location env:; (Get-Location).Provider.Name; Set-Location /; @(Get-PSProvider).Count");

        Assert.Equal(["./f", "True", "/", "1", "0", "Environment", "5"], output);
    }

    [Fact]
    public void Processes_are_started_found_awaited_and_stopped()
    {
        Assert.Equal(["True", "out", "err"], Run(
            "(Get-Process -Id $PID).Id -eq $PID",
            "Start-Process sh '-c', '\"echo out; echo err >&2\"' -Wait -RedirectStandardOutput $d/o -RedirectStandardError $d/e",
            "Get-Content $d/o, $d/e"));
        Assert.Equal(["False", "True"], Run(
            "$p = Start-Process sleep 60 -PassThru; Stop-Process $p.Id -WhatIf; $p.HasExited",
            "$p | Stop-Process; $p | Wait-Process; $p.HasExited"));
    }

    private string[] Names() => [.. new DirectoryInfo(_folder).EnumerateFileSystemInfos().Select(item => item.Name).Order()];

    private string[] Sorted(string script) => [.. Run(script).Order(StringComparer.Ordinal)];

    private string[] Run(params string[] lines)
    {
        using var shell = Shell(lines);
        string[] output = [.. shell.Invoke().Select(item => item?.ToString() ?? "")];
        Assert.Empty(shell.Streams.Error);
        return output;
    }

    private PowerShell Shell(params string[] lines)
    {
        var shell = PowerShell.Create(_runspace);
        shell.AddScript(string.Join('\n', lines));
        return shell;
    }
}
