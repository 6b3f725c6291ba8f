using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;

namespace ProcConcurrency.Pools;

/// <summary>
/// What an item is known by in logs: a hash over the block's text, what it uses of its caller, its arguments, and the input, all as they
/// travel to a worker (<see cref="ValueWriter.IsForKey"/>). The same work has the same key in every session.
/// </summary>
/// <remarks>Of one thread; another one may dispose it.</remarks>
internal sealed class ResumeKey : IDisposable
{
    private readonly ValueWriter _writer = new(ValueContext.Plain) { IsForKey = true };
    private readonly byte[] _work;

    /// <param name="state">The caller's.</param>
    /// <param name="block">The block.</param>
    /// <param name="arguments">What every item gets after its input.</param>
    /// <param name="variables">What goes along by -Variable.</param>
    internal ResumeKey(SessionState state, ScriptBlock block, object?[]? arguments, IReadOnlyDictionary<string, object?> variables)
    {
        var used = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        var home = EngineInternals.Blocks.HomeOf(block, state);
        UsingVariables.Replace(block.Ast, home, state, name => CommandSources.Find(home, state, name), used);
        foreach (var variable in ModuleVariables.ClosedOver(block))
        {
            used[variable.Name] = variable.Value;
        }

        _work = Hash(block.ToString(), [], new object?[] { arguments, used, variables });
    }

    /// <summary>An input's key.</summary>
    internal string Of(object? input)
    {
        lock (_writer)
        {
            return Convert.ToHexString(Hash(string.Empty, _work, input)).ToLowerInvariant();
        }
    }

    public void Dispose() => _writer.DisposeUnlessLocked();

    private byte[] Hash(string text, byte[] before, object? value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData(before);
        _writer.Reset();
        try
        {
            _writer.Write(value);
            hash.AppendData(_writer.Written);
        }
        catch (ValueNotSerializableException)
        {
            // It is too large. So it will be for the worker, too.
            hash.AppendData(Encoding.UTF8.GetBytes(LogLine.TextOf(value)));
        }

        return hash.GetHashAndReset();
    }
}
