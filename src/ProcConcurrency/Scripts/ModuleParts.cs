using ProcConcurrency.Values;

namespace ProcConcurrency.Scripts;

/// <summary>A module that a child imports first.</summary>
/// <param name="Name">Its name or path.</param>
/// <param name="Prefix">What the caller has put before its nouns; empty where nothing.</param>
internal sealed record ModuleImport(string Name, string Prefix);

/// <summary>A function that its module doesn't export: a block of that same module may call it.</summary>
/// <param name="Module">The module's path.</param>
/// <param name="Name">What the module calls it.</param>
/// <param name="OuterName">What the block calls it.</param>
internal sealed record ModuleFunction(string Module, string Name, string OuterName);

/// <summary>A module without a file, made by New-Module or GetNewClosure: those of its functions and variables that the block needs.</summary>
internal sealed class MemoryModule
{
    internal required string Name { get; init; }

    /// <summary>Bodies, each with the name that it has in the module.</summary>
    internal List<ScriptSource> Functions { get; } = [];

    /// <summary>What the module calls them, by what the block does.</summary>
    internal Dictionary<string, string> OuterNames { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal Dictionary<string, object?> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal void Write(ValueWriter writer)
    {
        writer.Write(Name);
        ScriptSource.Write(writer, Functions);
        ScriptBundle.WriteNames(writer, OuterNames);
    }

    internal static MemoryModule Read(ref ValueReader reader)
    {
        var module = new MemoryModule { Name = (string)reader.Read()! };
        module.Functions.AddRange(ScriptSource.ReadList(ref reader));
        var names = (string[])reader.Read()!;
        for (var i = 0; i < names.Length; i += 2)
        {
            module.OuterNames.Add(names[i], names[i + 1]);
        }

        return module;
    }
}
