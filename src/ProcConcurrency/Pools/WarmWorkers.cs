using System.Collections;
using System.Security.Cryptography;
using System.Text;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Pools;

/// <summary>The session's idle workers, which the next call with the same settings takes over: it needs no start.</summary>
internal static class WarmWorkers
{
    internal static WorkerKeeper Keeper { get; } = new();

    /// <summary>What workers are told apart by: how they are started, in what environment, and what they are told first.</summary>
    internal static WorkerKey KeyOf(LaunchSettings launch, IDictionary? changes, byte[] opening)
    {
        var text = new StringBuilder().Append(launch.FileName).Append('\0').Append(launch.WorkingDirectory);
        Append(text, changes ?? new Hashtable());
        Append(text, Environment.GetEnvironmentVariables());
        return new WorkerKey(text.Append('\n').Append(Convert.ToHexString(SHA256.HashData(opening))).ToString());
    }

    private static void Append(StringBuilder text, IDictionary variables)
    {
        foreach (var line in variables.Cast<DictionaryEntry>().Select(static entry => $"{entry.Key}={entry.Value}").Order(StringComparer.Ordinal))
        {
            text.Append('\0').Append(line);
        }

        text.Append('\n');
    }
}
