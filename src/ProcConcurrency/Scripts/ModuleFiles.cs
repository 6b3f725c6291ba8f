using System.Management.Automation;

namespace ProcConcurrency.Scripts;

/// <summary>By what a module that the caller has loaded is imported once more elsewhere.</summary>
internal static class ModuleFiles
{
    private static readonly string s_engine = Path.Combine(Path.GetDirectoryName(typeof(PSObject).Assembly.Location) ?? string.Empty, "Modules");

    /// <summary>The file to import: the manifest where the module was loaded by one, for its path is that of its root module then.</summary>
    internal static string ImportPath(PSModuleInfo module)
    {
        // Only what a manifest has loaded knows of a root module: a script that was loaded by itself does not, though a manifest lies beside it.
        var manifest = Path.Combine(module.ModuleBase, module.Name + ".psd1");
        return !string.IsNullOrEmpty(module.RootModule) && File.Exists(manifest) ? manifest : module.Path;
    }

    /// <summary>
    /// Whether it came with PowerShell: every other one has its own. What was put beside those lies in a folder of its version.
    /// </summary>
    internal static bool IsOfEngine(PSModuleInfo module) =>
        IsBelow(module.Path, s_engine)
        && !Version.TryParse(Path.GetRelativePath(s_engine, module.Path).Split(Path.DirectorySeparatorChar).ElementAtOrDefault(1), out _);

    /// <summary>Whether it lies where modules are looked up by name.</summary>
    internal static bool IsOnPath(PSModuleInfo module) => IsOnPath(module.Path);

    /// <summary>Whether a file lies there.</summary>
    internal static bool IsOnPath(string file) =>
        Array.Exists(
            (Environment.GetEnvironmentVariable("PSModulePath") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            folder => IsBelow(file, folder));

    private static bool IsBelow(string file, string folder) =>
        file.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase);
}
