using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;

namespace ProcConcurrency.Scripts;

/// <summary>Tells whether a command that is given a block runs it in another process or session, where <c>$using:</c> has its meaning.</summary>
internal static class BlockDestination
{
    private static readonly HashSet<string> s_elsewhere = new(StringComparer.OrdinalIgnoreCase)
    {
        "Start-ChildProcess", "New-ChildProcess", "Invoke-ProcPool", "New-ProcPool", "Submit-ProcTask", "Invoke-ProcTask",
        "Start-Job", "Start-ThreadJob",
    };

    // What says to Invoke-Command that it is to run a block elsewhere, or stands beside what does.
    private static readonly string[] s_remote =
    [
        "ComputerName", "Cn", "HostName", "Session", "ConnectionUri", "URI", "CU", "VMId", "VMGuid", "VMName", "ContainerId", "SSHConnection",
    ];

    private static readonly string[] s_switches = ["NoNewScope", "Verbose", "vb", "Debug", "db"];

    /// <summary>Whether a command by this name, which is no alias, always runs its blocks elsewhere.</summary>
    internal static bool IsElsewhere(string command) => s_elsewhere.Contains(command);

    /// <param name="block">A block within a block.</param>
    /// <param name="find">What a command's name means in the caller's session.</param>
    internal static bool IsElsewhere(ScriptBlockExpressionAst block, Func<string, CommandInfo?> find)
    {
        if (CommandOf(block) is not { } command || command.GetCommandName() is not { } written)
        {
            return false;
        }

        var name = NameOf(written, find);
        return IsElsewhere(name)
            || (name.Equals("Invoke-Command", StringComparison.OrdinalIgnoreCase) ? IsRemote(command, block) : IsParallel(command));
    }

    /// <summary>The command that a block is an argument of, as <c>{ }</c>, <c>({ })</c>, <c>-ScriptBlock { }</c> or <c>-ScriptBlock:{ }</c>.</summary>
    private static CommandAst? CommandOf(Ast block)
    {
        var node = block.Parent;
        while (node is CommandExpressionAst or PipelineAst { PipelineElements.Count: 1 } or ParenExpressionAst or CommandParameterAst)
        {
            node = node.Parent;
        }

        return node as CommandAst;
    }

    /// <summary>A cmdlet's own name, whatever alias, module name or prefix the author wrote; of what is no cmdlet the name as written.</summary>
    private static string NameOf(string written, Func<string, CommandInfo?> find)
    {
        var command = find(written);
        var name = written;
        if (command is AliasInfo alias)
        {
            name = alias.Definition;
            command = alias.ResolvedCommand;
        }

        return (command as CmdletInfo)?.ImplementingType?.GetCustomAttribute<CmdletAttribute>() is { } own
            ? $"{own.VerbName}-{own.NounName}"
            : name[(name.LastIndexOf('\\') + 1)..];
    }

    private static bool IsParallel(CommandAst command) => command.CommandElements.Any(static element =>
        element is CommandParameterAst { ParameterName: { Length: >= 2 } parameter } && "Parallel".StartsWith(parameter, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether Invoke-Command is told of another session: by a parameter, by an argument before the block, or maybe by a splatted one.</summary>
    private static bool IsRemote(CommandAst command, ScriptBlockExpressionAst block)
    {
        var isArgument = true;
        var isBefore = true;
        foreach (var element in command.CommandElements)
        {
            isBefore &= element.Extent.StartOffset < block.Extent.StartOffset && element.Extent.EndOffset <= block.Extent.StartOffset;
            if (element is VariableExpressionAst { Splatted: true } || (isBefore && !isArgument && element is not CommandParameterAst))
            {
                return true;
            }

            var parameter = element as CommandParameterAst;
            if (parameter is not null && Is(parameter, s_remote))
            {
                return true;
            }

            isArgument = parameter is { Argument: null } && !Is(parameter, s_switches);
        }

        return false;
    }

    private static bool Is(CommandParameterAst parameter, string[] names) =>
        Array.Exists(names, name => name.StartsWith(parameter.ParameterName, StringComparison.OrdinalIgnoreCase));
}
