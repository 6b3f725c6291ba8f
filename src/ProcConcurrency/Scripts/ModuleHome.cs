namespace ProcConcurrency.Scripts;

/// <summary>Where this module's own files are.</summary>
internal static class ModuleHome
{
    /// <summary>The assembly that a child loads.</summary>
    internal static string Assembly { get; } = typeof(ModuleHome).Assembly.Location;

    /// <summary>The manifest that a child imports, the nearest above the assembly; null where only the assembly was copied.</summary>
    internal static string? Manifest { get; } = FindManifest();

    private static string? FindManifest()
    {
        for (var folder = Path.GetDirectoryName(Assembly); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var manifest = Path.Combine(folder, "ProcConcurrency.psd1");
            if (File.Exists(manifest))
            {
                return manifest;
            }
        }

        return null;
    }
}
