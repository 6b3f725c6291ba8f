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

    /// <summary>Classes, then functions: whole statements.</summary>
    internal List<ScriptSource> Definitions { get; } = [];

    /// <summary>Values by the name that the block knows them by: <c>using_name</c>.</summary>
    internal Dictionary<string, object?> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal Dictionary<string, string> Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal List<string> Modules { get; } = [];

    /// <summary>The caller's language mode: what it may not do, its child may not do.</summary>
    internal PSLanguageMode LanguageMode { get; set; }

    internal void Write(ValueWriter writer)
    {
        Write(writer, Block);
        writer.Write(CommandName);
        writer.Write(TypeName);
        Write(writer, Initialization);
        writer.Write(Definitions.Count);
        foreach (var definition in Definitions)
        {
            Write(writer, definition);
        }

        writer.Write(Aliases.Count);
        foreach (var (name, target) in Aliases)
        {
            writer.Write(name);
            writer.Write(target);
        }

        writer.Write(Modules.ToArray());
        writer.Write(Variables.Count);
        foreach (var (name, value) in Variables)
        {
            writer.Write(name);
            writer.RootName = name.Replace("using_", "$using:", StringComparison.Ordinal);
            writer.Write(value);
        }
    }

    internal static ScriptBundle Read(ref ValueReader reader)
    {
        var bundle = new ScriptBundle
        {
            Block = ReadSource(ref reader),
            CommandName = (string?)reader.Read(),
            TypeName = (string?)reader.Read(),
            Initialization = ReadSource(ref reader),
        };
        for (var count = (int)reader.Read()!; count > 0; count--)
        {
            bundle.Definitions.Add(ReadSource(ref reader)!);
        }

        for (var count = (int)reader.Read()!; count > 0; count--)
        {
            bundle.Aliases.Add((string)reader.Read()!, (string)reader.Read()!);
        }

        bundle.Modules.AddRange((string[])reader.Read()!);
        for (var count = (int)reader.Read()!; count > 0; count--)
        {
            var name = (string)reader.Read()!;
            bundle.Variables.Add(name, reader.Read($"${name}"));
        }

        return bundle;
    }

    private static void Write(ValueWriter writer, ScriptSource? source)
    {
        writer.Write(source?.Text);
        if (source is not null)
        {
            writer.Write(source.File);
            writer.Write(source.Line);
            writer.Write(source.Column);
            writer.Write(source.Usings);
        }
    }

    private static ScriptSource? ReadSource(ref ValueReader reader) =>
        reader.Read() is string text
            ? new ScriptSource(text, (string?)reader.Read(), (int)reader.Read()!, (int)reader.Read()!, (string)reader.Read()!)
            : null;
}
