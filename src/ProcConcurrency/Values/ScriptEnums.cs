using System.Collections.Concurrent;
using System.Management.Automation;
using System.Reflection;

namespace ProcConcurrency.Values;

/// <summary>
/// Finds the enums that scripts of this process have defined: a value of one arrives as such where the same enum is known.
/// No type is made by a name from the wire; one that exists can be named, and only an enum.
/// </summary>
internal static class ScriptEnums
{
    // Weak: the engine lets a script's types go when nobody uses them.
    private static readonly ConcurrentDictionary<string, WeakReference<Type>> s_known = new(StringComparer.Ordinal);

    /// <summary>Whether a type was written in PowerShell.</summary>
    internal static bool IsOfScript(Type type) => IsOfScript(type.Assembly);

    /// <summary>Settles which enum a name means, where several scripts define one: that of the block that was sent last.</summary>
    internal static void Remember(Type type) => s_known[type.Name] = new WeakReference<Type>(type);

    /// <summary>Has an enum that goes out found when it comes back: of several with its name that which went out last.</summary>
    internal static void Expect(Type type)
    {
        if (!s_known.TryGetValue(type.Name, out var known) || !known.TryGetTarget(out var same) || same != type)
        {
            Remember(type);
        }
    }

    /// <summary>Settles that a name means the enum that a script has defined last, and gives it; null where none has.</summary>
    internal static Type? RememberNewest(string name)
    {
        var type = Newest(name);
        if (type is not null)
        {
            Remember(type);
        }

        return type;
    }

    /// <summary>The enum; null where no script has defined one of this name.</summary>
    internal static Type? Find(string name)
    {
        if (s_known.TryGetValue(name, out var known) && known.TryGetTarget(out var type))
        {
            return type;
        }

        // A script's enum has no namespace. Its characters make no other kind of name, either.
        foreach (var character in name)
        {
            if (!char.IsLetterOrDigit(character) && character != '_')
            {
                return null;
            }
        }

        return RememberNewest(name);
    }

    private static Type? Newest(string name) => AppDomain.CurrentDomain.GetAssemblies().Where(IsOfScript)
        .Select(assembly => assembly.GetType(name, throwOnError: false)).LastOrDefault(static found => found is { IsEnum: true });

    private static bool IsOfScript(Assembly assembly) => assembly.IsDynamic && assembly.IsDefined(typeof(DynamicClassImplementationAssemblyAttribute));
}
