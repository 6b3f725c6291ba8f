using System.Management.Automation;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands.Binding;

/// <summary>A pool named by itself or by its name (wildcards allowed). PowerShell's own conversion makes one of either.</summary>
public sealed class ProcPoolReference
{
    private readonly object _key;

    /// <summary>The pool itself.</summary>
    /// <param name="pool">The pool.</param>
    public ProcPoolReference(ProcPool pool) => _key = pool;

    /// <summary>A name.</summary>
    /// <param name="name">The name; <c>*</c>, <c>?</c> and <c>[a-c]</c> stand for others.</param>
    public ProcPoolReference(string name) => _key = name;

    /// <inheritdoc/>
    public override string ToString() => $"{_key}";

    /// <summary>The one pool meant.</summary>
    /// <exception cref="CallerException">There is none.</exception>
    internal ProcPool Single() => _key is ProcPool pool ? pool
        : PoolTable.Matching((string)_key) is [var found, ..] ? found
        : throw new CallerException(Errors.PoolNotFound((string)_key));

    /// <summary>The pools meant; an error is told where there is none.</summary>
    internal static IEnumerable<ProcPool> ResolveAll(IEnumerable<ProcPoolReference> references, Action<ErrorRecord> onError)
    {
        foreach (var reference in references)
        {
            if (reference._key is ProcPool pool)
            {
                yield return pool;
                continue;
            }

            var name = (string)reference._key;
            var found = PoolTable.Matching(name);
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                onError(Errors.PoolNotFound(name));
            }

            foreach (var match in found)
            {
                yield return match;
            }
        }
    }
}
