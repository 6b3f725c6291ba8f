using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Values;

// Bytes that nobody reads: they are what a value is known by in another session. So nothing goes in that differs from run to run (a
// dictionary's order, the times at which a file was read, ids of shared objects), and no secret, which could be guessed from its hash.
internal sealed partial class ValueWriter
{
    // What providers note of where a value was found: its line's number, say, which is another when a line was put before it.
    private static readonly HashSet<string> s_whereFound =
        new(StringComparer.OrdinalIgnoreCase) { "PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider", "PSIsContainer", "ReadCount", "UnixStat" };

    /// <summary>Whether the bytes are to be the same in every run, and not to be read.</summary>
    public bool IsForKey { get; init; }

    /// <summary>Writes what stands for such a value in a key; false, with nothing written, where it is written as always.</summary>
    private bool TryWriteForKey(object value)
    {
        object? key = value switch
        {
            ProcObject shared => $"{shared.Kind} {shared.Name}",
            ScriptBlock block => block.ToString(),
            PSDriveInfo drive => $"PSDrive {drive.Name}",
            ProviderInfo provider => $"PSProvider {provider.Name}",
            FileInfo file => new object?[] { "File", file.FullName, file.Exists ? file.Length : -1, file.Exists ? file.LastWriteTimeUtc : null },
            FileSystemInfo folder => new object?[] { "Folder", folder.FullName },
            SecureString => "SecureString",
            PSCredential credential => new object?[] { "PSCredential", credential.UserName },
            NetworkCredential credential => new object?[] { "NetworkCredential", credential.UserName, credential.Domain },
            _ => null,
        };
        if (key is not null)
        {
            WriteValue(key);
        }

        return key is not null;
    }

    private static void Sort(DictionaryEntry[] entries) =>
        Array.Sort(entries.Select(static entry => $"{entry.Key as string ?? ValueText.Of(entry.Key)}\0{entry.Key.GetType()}").ToArray(), entries, StringComparer.Ordinal);

    private void SortMembers(int first) =>
        _members.AsSpan(first, _memberCount - first).Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
}
