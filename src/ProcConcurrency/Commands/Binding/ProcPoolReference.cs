using System.Management.Automation;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands.Binding;

/// <summary>A pool named by itself, by its name (wildcards allowed) or by a row with that. PowerShell's own conversion makes one of any of these.</summary>
public sealed class ProcPoolReference
{
    private readonly object _key;

    /// <summary>The pool itself.</summary>
    /// <param name="pool">The pool.</param>
    public ProcPoolReference(ProcPool pool) => _key = pool;

    /// <summary>A name.</summary>
    /// <param name="name">The name; <c>*</c>, <c>?</c> and <c>[a-c]</c> stand for others.</param>
    public ProcPoolReference(string name) => _key = name;

    /// <summary>A row: what Import-Csv makes of one that was exported.</summary>
    /// <param name="row">An object with the pool's Name.</param>
    public ProcPoolReference(PSObject row) => _key = ObjectRow.Of(typeof(ProcPoolReference), row, "Name");

    private bool IsPattern => _key is string name && WildcardPattern.ContainsWildcardCharacters(name);

    /// <inheritdoc/>
    public override string ToString() => $"{_key}";

    /// <summary>The one pool meant.</summary>
    /// <exception cref="CallerException">There is none.</exception>
    internal ProcPool Single() => Find() is [var found, ..] ? found : throw new CallerException(Errors.PoolNotFound($"{_key}"));

    /// <summary>The pools meant; an error is told where there is none.</summary>
    internal static IEnumerable<ProcPool> ResolveAll(IEnumerable<ProcPoolReference> references, Action<ErrorRecord> onError)
    {
        foreach (var reference in references)
        {
            var found = reference.Find();
            if (found.Count == 0 && !reference.IsPattern)
            {
                onError(Errors.PoolNotFound($"{reference}"));
            }

            foreach (var match in found)
            {
                yield return match;
            }
        }
    }

    private IReadOnlyList<ProcPool> Find() => _key switch
    {
        ProcPool pool => [pool],
        ObjectRow row => [.. PoolTable.All.Where(pool => row.Fits(_ => pool.Name))],
        _ => PoolTable.Matching((string)_key),
    };
}
