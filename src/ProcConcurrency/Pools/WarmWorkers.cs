using System.Collections;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Pools;

/// <summary>The session's idle workers, which the next call with the same settings takes over: it needs no start.</summary>
internal static class WarmWorkers
{
    internal static WorkerKeeper Keeper { get; } = new();

    /// <summary>
    /// What workers are told apart by: how they are started, in what environment, what they are told first, and the modules that the
    /// caller has loaded. One that was loaded anew may have changed, and a worker doesn't load it again.
    /// </summary>
    internal static WorkerKey KeyOf(LaunchSettings launch, IDictionary? changes, byte[] opening)
    {
        // A folder that was removed and made again is another.
        var text = new StringBuilder().Append(launch.FileName).Append('\0').Append(launch.WorkingDirectory)
            .Append('\0').Append(Directory.GetCreationTimeUtc(launch.WorkingDirectory ?? ".").Ticks);
        Append(text, changes ?? new Hashtable());
        Append(text, Environment.GetEnvironmentVariables());
        foreach (var module in ScriptModules())
        {
            text.Append(module.Path).Append('\0').Append(RuntimeHelpers.GetHashCode(module)).Append('\n');
        }

        return new WorkerKey(text.Append('\n').Append(Convert.ToHexString(SHA256.HashData(opening))).ToString());
    }

    private static IEnumerable<PSModuleInfo> ScriptModules()
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddCommand("Microsoft.PowerShell.Core\\Get-Module").Invoke<PSModuleInfo>().Where(static module => module.ModuleType == ModuleType.Script);
    }

    private static void Append(StringBuilder text, IDictionary variables)
    {
        var lines = new List<string>(variables.Count);
        foreach (DictionaryEntry entry in variables)
        {
            lines.Add($"{entry.Key}={entry.Value}");
        }

        lines.Sort(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            text.Append('\0').Append(line);
        }

        text.Append('\n');
    }
}
