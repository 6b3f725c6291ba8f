using System.Management.Automation;
using ProcConcurrency.Values;

namespace ProcConcurrency.Scripts;

/// <summary>
/// Everything a block needs to run in another process: its text, the values of its <c>$using:</c> variables, the
/// caller's functions, aliases and classes that it calls, the modules to import first, and the caller's language mode.
/// </summary>
internal sealed class ScriptBundle
{
    /// <summary>The block; or null where <see cref="CommandName"/> or <see cref="TypeName"/> says what to run.</summary>
    internal ScriptSource? Block { get; set; }

    internal string? CommandName { get; set; }

    internal string? TypeName { get; set; }

    internal ScriptSource? Initialization { get; set; }

    /// <summary>The source of the types that it needs; null in a child, which has it among the definitions.</summary>
    internal TypeSources? Types { get; init; }

    /// <summary>Types, then functions.</summary>
    internal List<ScriptSource> Definitions { get; } = [];

    /// <summary>Values by the name that the block's author gave them: <c>using:name</c>. The block reads <see cref="UsingVariables.InChild"/>.</summary>
    internal Dictionary<string, object?> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Variables that the block finds by their own names, while it is what its worker runs.</summary>
    internal Dictionary<string, object?> OwnVariables { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal Dictionary<string, string> Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal List<ModuleImport> Modules { get; } = [];

    /// <summary>The files of the assemblies whose types it names.</summary>
    internal HashSet<string> Assemblies { get; } = [];

    /// <summary>Functions that a module keeps to itself.</summary>
    internal List<ModuleFunction> ModuleFunctions { get; } = [];

    /// <summary>Modules that have no file.</summary>
    internal List<MemoryModule> MemoryModules { get; } = [];

    /// <summary>The caller's language mode: what it may not do, its child may not do.</summary>
    internal PSLanguageMode LanguageMode { get; set; }

    /// <summary>Writes all but the values.</summary>
    internal void Write(ValueWriter writer)
    {
        ScriptSource.Write(writer, Block);
        writer.Write(CommandName);
        writer.Write(TypeName);
        ScriptSource.Write(writer, Initialization);
        ScriptSource.Write(writer, [.. Types?.Sources ?? [], .. Definitions]);
        WriteNames(writer, Aliases);
        // This module lies elsewhere on another machine.
        writer.Write(Modules.SelectMany(static module => new[] { module.Name == ModuleHome.Manifest ? string.Empty : module.Name, module.Prefix }).ToArray());
        writer.Write(Assemblies.ToArray());
        writer.Write(ModuleFunctions.SelectMany(static function => new[] { function.Module, function.Name, function.OuterName }).ToArray());
        writer.Write(MemoryModules.Count);
        foreach (var module in MemoryModules)
        {
            module.Write(writer);
        }
    }

    /// <summary>Writes names and what each stands for, one after the other.</summary>
    internal static void WriteNames(ValueWriter writer, Dictionary<string, string> names)
    {
        var texts = new List<string>(2 * names.Count);
        foreach (var (name, meaning) in names)
        {
            texts.Add(name);
            texts.Add(meaning);
        }

        writer.Write(texts.ToArray());
    }

    /// <summary>Writes the values, which are read when the types are there.</summary>
    internal void WriteValues(ValueWriter writer)
    {
        WriteValues(writer, Variables, static name => $"${name}");
        WriteValues(writer, OwnVariables, static name => $"${name}");
        foreach (var module in MemoryModules)
        {
            WriteValues(writer, module.Variables, name => $"${name} of the module {module.Name}");
        }
    }

    internal static ScriptBundle Read(ref ValueReader reader)
    {
        var bundle = new ScriptBundle
        {
            Block = ScriptSource.Read(ref reader),
            CommandName = (string?)reader.Read(),
            TypeName = (string?)reader.Read(),
            Initialization = ScriptSource.Read(ref reader),
        };
        bundle.Definitions.AddRange(ScriptSource.ReadList(ref reader));
        var aliases = (string[])reader.Read()!;
        for (var i = 0; i < aliases.Length; i += 2)
        {
            bundle.Aliases.Add(aliases[i], aliases[i + 1]);
        }

        var modules = (string[])reader.Read()!;
        for (var i = 0; i < modules.Length; i += 2)
        {
            bundle.Modules.Add(new(modules[i].Length == 0 ? ModuleHome.Manifest! : modules[i], modules[i + 1]));
        }

        bundle.Assemblies.UnionWith((string[])reader.Read()!);
        var functions = (string[])reader.Read()!;
        for (var i = 0; i < functions.Length; i += 3)
        {
            bundle.ModuleFunctions.Add(new(functions[i], functions[i + 1], functions[i + 2]));
        }

        for (var count = (int)reader.Read()!; count > 0; count--)
        {
            bundle.MemoryModules.Add(MemoryModule.Read(ref reader));
        }

        return bundle;
    }

    internal void ReadValues(ref ValueReader reader)
    {
        ReadValues(ref reader, Variables);
        ReadValues(ref reader, OwnVariables);
        foreach (var module in MemoryModules)
        {
            ReadValues(ref reader, module.Variables);
        }
    }

    private static void WriteValues(ValueWriter writer, Dictionary<string, object?> values, Func<string, string> describe)
    {
        writer.Write(values.Count);
        foreach (var (name, value) in values)
        {
            writer.Write(name);
            writer.RootName = describe(name);
            writer.Write(value);
        }
    }

    private static void ReadValues(ref ValueReader reader, Dictionary<string, object?> values)
    {
        for (var count = (int)reader.Read()!; count > 0; count--)
        {
            var name = (string)reader.Read()!;
            values.Add(name, reader.Read($"${name}"));
        }
    }
}
