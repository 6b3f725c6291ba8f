using System.Collections;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;

namespace ProcConcurrency.Pools;

/// <summary>
/// What an item is known by in logs: a hash over the block's text, what it uses of its caller, its arguments, and the input. The same
/// work has the same key in every session, so nothing goes in that differs from run to run: a dictionary's order, the times at which a
/// file was read, ids of shared objects. Nor does a secret, which could be guessed from the key.
/// </summary>
/// <remarks>Of one thread.</remarks>
internal sealed class ResumeKey : IDisposable
{
    private const int MaxDepth = 16;

    private readonly ValueWriter _writer = new(ValueContext.Plain);
    private readonly byte[] _work;

    /// <param name="state">The caller's.</param>
    /// <param name="block">The block.</param>
    /// <param name="arguments">What every item gets after its input.</param>
    /// <param name="variables">What goes along by -Variable.</param>
    internal ResumeKey(SessionState state, ScriptBlock block, object?[]? arguments, IReadOnlyDictionary<string, object?> variables)
    {
        var used = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        UsingVariables.Replace(block.Ast, state, name => CommandSources.Find(state, name), used);
        _work = Hash(block.ToString(), [], new object?[] { arguments, used, variables });
    }

    /// <summary>An input's key.</summary>
    internal string Of(object? input) => Convert.ToHexString(Hash(string.Empty, _work, input)).ToLowerInvariant();

    public void Dispose() => _writer.Dispose();

    private byte[] Hash(string text, byte[] before, object? value)
    {
        var stable = Stable(value, 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData(before);
        _writer.Reset();
        try
        {
            _writer.Write(stable);
            hash.AppendData(_writer.Written);
        }
        catch (ValueNotSerializableException)
        {
            // Something within it can't be sent by itself; its text has to do.
            hash.AppendData(Encoding.UTF8.GetBytes(LogLine.TextOf(value)));
        }

        return hash.GetHashAndReset();
    }

    /// <summary>A value without what differs from run to run.</summary>
    private static object? Stable(object? value, int depth)
    {
        var bare = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        return bare switch
        {
            null => null,
            string or ValueType or Uri or Version => bare,
            _ when depth == MaxDepth => LogLine.TextOf(bare),
            SecureString => "SecureString",
            PSCredential credential => new object?[] { "PSCredential", credential.UserName },
            ScriptBlock block => block.ToString(),
            ProcObject shared => $"{shared.Kind} {shared.Name}",
            FileInfo file => new object?[] { "File", file.FullName, file.Exists ? file.Length : -1, file.Exists ? file.LastWriteTimeUtc : null },
            FileSystemInfo folder => new object?[] { "Folder", folder.FullName },
            IDictionary table => Sorted(Entries(table), depth),
            byte[] or char[] => bare,
            IEnumerable items and not string => items.Cast<object?>().Select(item => Stable(item, depth + 1)).ToArray(),
            PSObject bag => bag.Properties.Where(static property => property.IsGettable)
                .Select(property => new object?[] { property.Name, Stable(property.Value, depth + 1) }).ToArray(),
            _ => bare,
        };
    }

    // By its own enumerator: what else a generic one gives are pairs of its types.
    private static IEnumerable<(string Key, object? Value)> Entries(IDictionary table)
    {
        for (var each = table.GetEnumerator(); each.MoveNext();)
        {
            yield return (LogLine.TextOf(each.Key), each.Value);
        }
    }

    private static object?[] Sorted(IEnumerable<(string Key, object? Value)> entries, int depth) =>
        [.. entries.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(entry => new[] { entry.Key, Stable(entry.Value, depth + 1) })];
}
