using System.Globalization;
using System.Management.Automation.Runspaces;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// In a process that was started ahead: runs a small block once, in a runspace of its own that is closed again, so that what runs a
/// block is compiled before anybody waits for it. The runspace that a call's block gets is not touched.
/// </summary>
internal static class Rehearsal
{
    private const string Block = "param($first) foreach ($item in $first, $args) { $item | ForEach-Object { \"$_\" } }";

    /// <summary>Runs it. What it writes goes up the channel, where nobody takes it, and so does its end. False where that went wrong.</summary>
    internal static bool TryRun(ParentLink link, ValueContext context)
    {
        var main = Runspace.DefaultRunspace;
        var cultures = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            using var engine = WorkerEngine.OpenAnother();
            var settings = new RunSettings
            {
                Bundle = new ScriptBundle { Block = new ScriptSource(Block, null, 1, 1, string.Empty) },
                ArgumentList = ["text", 1],
                Culture = cultures.CurrentCulture.Name,
                UICulture = cultures.CurrentUICulture.Name,
                ParentProcessId = CurrentProcess.Instance.ParentProcessId ?? 0,
            };
            var message = RunSettings.Named(string.Empty, settings.Encode(context, []));
            return new BlockRunner(link, engine, context).Run(ChildSide.Settings(message, context, engine)) == 0;
        }
        finally
        {
            Runspace.DefaultRunspace = main;
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = null;
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = cultures;
        }
    }
}
