using System.Management.Automation;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands.Binding;

/// <summary>A task named by itself, its job's id, its name (wildcards allowed), or a row with these. PowerShell's own conversion makes one of any of these.</summary>
public sealed class ProcTaskReference
{
    private readonly object _key;

    /// <summary>The task itself.</summary>
    /// <param name="task">The task.</param>
    public ProcTaskReference(ProcTask task) => _key = task;

    /// <summary>Its job's id.</summary>
    /// <param name="id">The id.</param>
    public ProcTaskReference(int id) => _key = id;

    /// <summary>A name.</summary>
    /// <param name="name">The name; <c>*</c>, <c>?</c> and <c>[a-c]</c> stand for others.</param>
    public ProcTaskReference(string name) => _key = name;

    /// <summary>A row: what Import-Csv makes of one that was exported.</summary>
    /// <param name="row">An object with Name or Id; what it has is the task's.</param>
    public ProcTaskReference(PSObject row) => _key = ObjectRow.Of(typeof(ProcTaskReference), row, "Name", "Id");

    /// <inheritdoc/>
    public override string ToString() => $"{_key}";

    /// <summary>The tasks meant; an error is told where there is none.</summary>
    internal IReadOnlyList<ProcTask> Resolve(Action<ErrorRecord> onError)
    {
        if (_key is ProcTask task)
        {
            return [task];
        }

        var known = PoolTable.All.SelectMany(static pool => pool.Core.Known);
        ProcTask[] found;
        if (_key is int id)
        {
            found = [.. known.Where(task => task.Id == id)];
        }
        else if (_key is ObjectRow row)
        {
            found = [.. known.Where(task => row.Fits(column => column == "Name" ? task.Name : task.Id))];
        }
        else
        {
            found = [.. NamePattern.Meant((string)_key, known, static task => task.Name)];
        }

        if (found.Length == 0 && !(_key is string name && WildcardPattern.ContainsWildcardCharacters(name)))
        {
            onError(Errors.TaskNotFound($"{_key}"));
        }

        return found;
    }
}
