using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ProcConcurrency.Commands;

/// <summary>
/// Runs a caller's block inside a cmdlet: in the caller's scope, its records streaming to the cmdlet's own streams. Errors,
/// <c>break</c> and a stop pass through as exceptions, so that a finally of the cmdlet's sees them all.
/// </summary>
internal static class BlockInvoker
{
    // Dot-sourced by a script, for only scripts given as text write to a cmdlet's own pipe. A steppable pipeline does too, but
    // takes the call stack and a regular expression each time: several milliseconds of a child's first call.
    internal static void Run(PSCmdlet cmdlet, ScriptBlock block) =>
        cmdlet.InvokeCommand.InvokeScript(". $args[0]", useNewScope: false, PipelineResultTypes.Output | PipelineResultTypes.Error, null, block);

    /// <summary>Calls a command with arguments by name, as typed in a place of its own.</summary>
    internal static void Call(PSCmdlet cmdlet, CommandInfo command, IDictionary arguments) =>
        cmdlet.InvokeCommand.InvokeScript("$with = $args[1]; & $args[0] @with", useNewScope: true, PipelineResultTypes.Output | PipelineResultTypes.Error, null, command, arguments);

    /// <summary>Runs a block and gives its last output as a truth value.</summary>
    internal static bool Test(PSCmdlet cmdlet, ScriptBlock block)
    {
        var output = cmdlet.InvokeCommand.InvokeScript(useLocalScope: false, block, null, []);
        return output.Count > 0 && LanguagePrimitives.IsTrue(output.Count == 1 ? output[0] : output);
    }
}
