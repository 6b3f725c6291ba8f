using System.Management.Automation;

namespace ProcConcurrency.Scripts;

/// <summary>
/// What the names of a block's commands meant when it was collected. As long as they mean the same, so does the block: a function that was
/// defined anew has another body, an alias another target, a module that was imported anew other commands.
/// </summary>
internal sealed class CommandFindings
{
    private readonly string? _modulePath = ModulePath;
    private readonly List<(string Name, CommandInfo? Command)> _names = [];
    private readonly List<(CommandInfo Command, object? Meaning)> _commands = [];

    // Whether a module needs no import hangs on it.
    private static string? ModulePath => Environment.GetEnvironmentVariable("PSModulePath");

    /// <summary>A name was looked up.</summary>
    internal void AddName(string name, CommandInfo? command) => _names.Add((name, command));

    /// <summary>What a name was found to mean.</summary>
    internal CommandInfo? Found(string name) => _names.Find(found => found.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Command;

    /// <summary>A command was taken.</summary>
    internal void AddCommand(CommandInfo command) => _commands.Add((command, MeaningOf(command)));

    /// <summary>Whether all is still as it was.</summary>
    /// <param name="isStill">Whether a name means still what it was found to.</param>
    internal bool Hold(Func<string, CommandInfo?, bool> isStill) =>
        _modulePath == ModulePath
        && _names.TrueForAll(found => isStill(found.Name, found.Command))
        && _commands.TrueForAll(static taken => Equals(MeaningOf(taken.Command), taken.Meaning));

    // What can change though the command is the same object.
    private static object? MeaningOf(CommandInfo command) => command switch
    {
        AliasInfo alias => (alias.Definition, alias.ReferencedCommand),
        FunctionInfo function => function.ScriptBlock,
        _ => null,
    };
}
