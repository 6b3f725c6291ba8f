using System.Management.Automation;
using System.Reflection;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Scripts;

/// <summary>
/// The assemblies of the types that a block names, by their files. The engine finds a type by its name in what its process has loaded,
/// and a bare one has loaded little: not even all that comes with PowerShell.
/// </summary>
internal static class TypeAssemblies
{
    // What the program that runs this process finds by an assembly's name: .NET's own files and those beside PowerShell.
    private static readonly string s_ofHost = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? string.Empty;

    private static readonly HashSet<Assembly> s_everywhere = [typeof(object).Assembly, typeof(PSObject).Assembly, typeof(Session).Assembly, typeof(TypeAssemblies).Assembly];

    /// <summary>Whether every child has it from the start.</summary>
    internal static bool IsEverywhere(Assembly assembly) => s_everywhere.Contains(assembly);

    /// <summary>Whether PowerShell brings along an assembly that is called as this file: another PowerShell has its own.</summary>
    internal static bool IsOfHost(string file) =>
        s_ofHost.Contains(Path.DirectorySeparatorChar + NameOf(file), StringComparison.OrdinalIgnoreCase);

    // The caller may be of another system.
    private static string NameOf(string file) => file[(file.LastIndexOfAny(['/', '\\']) + 1)..];

    /// <summary>Loads what the caller has from this file, as the caller has loaded it.</summary>
    internal static void Load(string file)
    {
        try
        {
            _ = IsOfHost(file) ? Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(NameOf(file)))) : Assembly.LoadFrom(file);
        }
        catch (Exception error) when (error is IOException or BadImageFormatException)
        {
            // A module has loaded another of its name, or there is none here. Whether the block misses a type is seen when it runs.
        }
    }
}
