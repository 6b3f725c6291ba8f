using System.Management.Automation;

namespace ProcConcurrency.Commands;

/// <summary>
/// Runs a caller's block inside a cmdlet: in the caller's scope, its records streaming to the cmdlet's own streams. Errors,
/// <c>break</c> and a stop pass through as exceptions, so that a finally of the cmdlet's sees them all.
/// </summary>
internal static class BlockInvoker
{
    private const string Call = "param($block) . $block";

    internal static void Run(PSCmdlet cmdlet, ScriptBlock block)
    {
        using var steps = ScriptBlock.Create(Call).GetSteppablePipeline(CommandOrigin.Internal, [block]);
        steps.Begin(cmdlet);
        steps.Process();
        steps.End();
    }

    /// <summary>Runs a block and gives its last output as a truth value.</summary>
    internal static bool Test(PSCmdlet cmdlet, ScriptBlock block)
    {
        var output = cmdlet.InvokeCommand.InvokeScript(useLocalScope: false, block, null, []);
        return output.Count > 0 && LanguagePrimitives.IsTrue(output.Count == 1 ? output[0] : output);
    }
}
