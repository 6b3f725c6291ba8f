using System.Collections;
using System.Management.Automation;

namespace ProcConcurrency.Scripts;

/// <summary>
/// Checks the modules that a child shall import, so that a wrong one is an error of the caller's. A path becomes absolute,
/// for the child may start in another folder; a module that the caller has loaded goes by its path, too, for by its name the child
/// may find another version.
/// </summary>
/// <param name="state">The caller's.</param>
/// <param name="sameSearch">Whether the child looks for names where the caller does.</param>
/// <param name="isElsewhere">Whether it runs on another machine, whose modules nobody here knows.</param>
internal sealed class ModuleNames(SessionState state, bool sameSearch, bool isElsewhere = false)
{
    private static readonly string[] s_extensions = ["", ".psd1", ".psm1", ".dll", ".ps1"];

    /// <summary>Whether a child with these settings looks for modules where its caller does.</summary>
    internal static bool SearchIsSame(IDictionary? environment, string? enginePath) =>
        enginePath is null && environment?.Keys.Cast<object>().Any(static name => $"{name}" == "PSModulePath") != true;

    /// <summary>The names as the child is to be given them.</summary>
    /// <exception cref="CallerException">There is no such module.</exception>
    internal string[] Check(IEnumerable<string>? names) => [.. (names ?? []).Select(Check)];

    private string Check(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw Errors.ModuleNotFound(name ?? string.Empty);
        }

        if (isElsewhere)
        {
            return name;
        }

        if (name.AsSpan().IndexOfAny('/', Path.DirectorySeparatorChar) >= 0)
        {
            return Resolve(name) ?? throw Errors.ModuleNotFound(name);
        }

        if (!sameSearch)
        {
            return name;
        }

        return Find(name, installed: false) is { } loaded ? ModuleFiles.IsOfEngine(loaded) ? name : ModuleFiles.ImportPath(loaded)
            : Find(name, installed: true) is not null ? name
            : throw Errors.ModuleNotFound(name);
    }

    private string? Resolve(string path)
    {
        try
        {
            var full = state.Path.GetUnresolvedProviderPathFromPSPath(path);
            return Directory.Exists(full) || Array.Exists(s_extensions, extension => File.Exists(full + extension)) ? full : null;
        }
        catch (Exception error) when (error is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            return null;
        }
    }

    private static PSModuleInfo? Find(string name, bool installed)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Microsoft.PowerShell.Core\\Get-Module").AddParameter("Name", WildcardPattern.Escape(name)).AddParameter("ErrorAction", ActionPreference.Ignore);
        if (installed)
        {
            shell.AddParameter("ListAvailable");
        }

        return shell.Invoke<PSModuleInfo>().FirstOrDefault(module => installed || File.Exists(module.Path));
    }
}
