using System.Collections.Concurrent;
using System.Management.Automation;
using System.Reflection;

namespace ProcConcurrency.Values;

/// <summary>Finds the enum types that a name from the wire may name: those of the base library and of PowerShell, already loaded.</summary>
internal static class FrameworkEnums
{
    private static readonly ConcurrentDictionary<string, Type> s_known = new(StringComparer.Ordinal);

    /// <summary>The enum type, or null if the name is not that of a loaded framework enum. Never loads an assembly.</summary>
    public static Type? Find(string name)
    {
        if (s_known.TryGetValue(name, out Type? known))
        {
            return known;
        }

        if (!IsPlainName(name))
        {
            return null;
        }

        Type? found = EnumIn(typeof(object).Assembly, name) ?? EnumIn(typeof(PSObject).Assembly, name);
        if (found is null)
        {
            foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
            {
                if (IsFramework(assembly) && (found = EnumIn(assembly, name)) is not null)
                {
                    break;
                }
            }
        }

        // Only what exists is remembered, so that made-up names can't fill the memory.
        return found is null ? null : s_known.GetOrAdd(name, found);
    }

    private static Type? EnumIn(Assembly assembly, string name) =>
        assembly.GetType(name, throwOnError: false) is { IsEnum: true, IsVisible: true } type ? type : null;

    // Commas, brackets and the like would make the name an assembly-qualified or generic one.
    private static bool IsPlainName(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '+'))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= 512;
    }

    private static bool IsFramework(Assembly assembly)
    {
        if (assembly.IsDynamic)
        {
            return false;
        }

        AssemblyName name = assembly.GetName();
        return name.Name is { } simple
            && (simple.StartsWith("System.", StringComparison.Ordinal) || simple.StartsWith("Microsoft.Win32.", StringComparison.Ordinal))
            && name.GetPublicKeyToken() is { Length: 8 } token
            && Convert.ToHexString(token) is "7CEC85D7BEA7798E" or "B03F5F7F11D50A3A" or "B77A5C561934E089" or "CC7B13FFCD2DDD51" or "31BF3856AD364E35";
    }
}
