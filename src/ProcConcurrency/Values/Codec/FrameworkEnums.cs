using System.Collections.Concurrent;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Values;

/// <summary>
/// Knows the types that every process has, enums above all, those of .NET and of PowerShell, and finds them by a name from the wire. It
/// loads no assembly but the ones that came with these two: whoever writes the name chooses among them alone.
/// </summary>
internal static class FrameworkEnums
{
    private static readonly ConcurrentDictionary<string, Type> s_known = new(StringComparer.Ordinal);

    // Weak: a type may be of an assembly that its module unloads.
    private static readonly ConditionalWeakTable<Type, object> s_judged = [];

    private static readonly Lazy<HashSet<string>> s_delivered = new(Delivered);

    // Those of PowerShell that come with its cmdlets.
    private static readonly string[] s_ofCommands =
    [
        "Microsoft.PowerShell.Commands.Utility", "Microsoft.PowerShell.Commands.Management", "Microsoft.PowerShell.Security",
        "Microsoft.PowerShell.ConsoleHost", "Microsoft.PowerShell.Commands.Diagnostics",
    ];

    /// <summary>Whether <see cref="FindType"/> finds a type in any process of this module, whatever that has loaded.</summary>
    public static bool IsKnownEverywhere(Type type) => s_judged.TryGetValue(type, out object? known) ? (bool)known : (bool)s_judged.GetValue(type, static it =>
        it.IsVisible && it.FullName is { } name && IsPlainName(name) && IsFramework(it.Assembly) && (TypeInOwn(name) ?? TypeInDelivered(name)) == it);

    /// <summary>The enum type, or null if the name is not that of an enum of .NET or PowerShell; no other name is looked for.</summary>
    public static Type? FindByNamespace(string name) => IsFrameworkName(name) ? Find(name) : null;

    /// <summary>The enum type, or null if the name is not that of an enum of .NET or PowerShell.</summary>
    public static Type? Find(string name) => FindType(name) is { IsEnum: true, ContainsGenericParameters: false } found ? found : null;

    /// <summary>The type, or null if the name is not that of a public type of .NET or PowerShell.</summary>
    public static Type? FindType(string name)
    {
        if (s_known.TryGetValue(name, out Type? known))
        {
            return known;
        }

        if (!IsPlainName(name))
        {
            return null;
        }

        Type? found = TypeInOwn(name) ?? TypeInLoaded(name) ?? TypeInDelivered(name);

        // Only what exists is remembered, so that made-up names can't fill the memory.
        return found is null ? null : s_known.GetOrAdd(name, found);
    }

    private static Type? TypeInOwn(string name) => TypeIn(typeof(object).Assembly, name) ?? TypeIn(typeof(PSObject).Assembly, name);

    private static Type? TypeInLoaded(string name) =>
        AppDomain.CurrentDomain.GetAssemblies().Where(IsFramework).Select(assembly => TypeIn(assembly, name)).FirstOrDefault(static found => found is not null);

    private static Type? TypeInDelivered(string name)
    {
        if (!IsFrameworkName(name))
        {
            return null;
        }

        IEnumerable<string> namespaces = Enumerable.Range(0, name.Length).Where(at => name[at] == '.').Reverse().Select(at => name[..at]);

        // Where the assemblies that are called as a namespace don't have it: what .NET's own older types are forwarded by, and PowerShell's cmdlets.
        foreach (string assembly in namespaces.Append("netstandard").Concat(s_ofCommands))
        {
            if (s_delivered.Value.Contains(assembly) && TypeIn(Assembly.Load(new AssemblyName(assembly)), name) is { } found && IsFramework(found.Assembly))
            {
                return found;
            }
        }

        return null;
    }

    private static Type? TypeIn(Assembly assembly, string name) => assembly.GetType(name, throwOnError: false) is { IsVisible: true } type ? type : null;

    // Commas, brackets and the like would make the name an assembly-qualified one, or one of a type that is made of others.
    private static bool IsPlainName(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '+' or '`'))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= 512;
    }

    private static bool IsFramework(Assembly assembly)
    {
        if (assembly == typeof(object).Assembly || assembly == typeof(PSObject).Assembly)
        {
            return true;
        }

        if (assembly.IsDynamic)
        {
            return false;
        }

        AssemblyName name = assembly.GetName();
        return name.Name is { } simple && IsFrameworkName(simple) && s_delivered.Value.Contains(simple)
            && name.GetPublicKeyToken() is { Length: 8 } token
            && Convert.ToHexString(token) is "7CEC85D7BEA7798E" or "B03F5F7F11D50A3A" or "B77A5C561934E089" or "CC7B13FFCD2DDD51" or "31BF3856AD364E35";
    }

    private static bool IsFrameworkName(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.PowerShell.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Management.Infrastructure", StringComparison.Ordinal);

    /// <summary>The names of the assemblies beside .NET's own and beside PowerShell's, as far as the host trusts them.</summary>
    private static HashSet<string> Delivered()
    {
        string?[] folders = [Path.GetDirectoryName(typeof(object).Assembly.Location), Path.GetDirectoryName(typeof(PSObject).Assembly.Location)];
        string[] paths = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string)?.Split(Path.PathSeparator) ?? [];
        return [.. paths.Where(path => folders.Contains(Path.GetDirectoryName(path))).Select(static path => Path.GetFileNameWithoutExtension(path))];
    }
}
