using System.Management.Automation;
using ProcConcurrency.Jobs;

namespace ProcConcurrency.Commands.Binding;

/// <summary>A child process named by itself, its name (wildcards allowed), its job's id, its process id, or a row with these. PowerShell's own conversion makes one of any of these.</summary>
public sealed class ChildProcessReference
{
    private readonly object _key;

    /// <summary>The process itself.</summary>
    /// <param name="process">The process.</param>
    public ChildProcessReference(ChildProcess process) => _key = process;

    /// <summary>An id: the job's, as with Get-Job, or where no job has it the process's.</summary>
    /// <param name="id">The id.</param>
    public ChildProcessReference(int id) => _key = id;

    /// <summary>A name.</summary>
    /// <param name="name">The name; <c>*</c>, <c>?</c> and <c>[a-c]</c> stand for others.</param>
    public ChildProcessReference(string name) => _key = name;

    /// <summary>A row: what Import-Csv makes of one that was exported.</summary>
    /// <param name="row">An object with Name, Id or ProcessId; those that it has are all the process's.</param>
    public ChildProcessReference(PSObject row) => _key = ObjectRow.Of(typeof(ChildProcessReference), row, "Name", "Id", "ProcessId");

    /// <summary>Whether it is a name with wildcards, which may fit any number.</summary>
    internal bool IsPattern => _key is string name && WildcardPattern.ContainsWildcardCharacters(name);

    /// <inheritdoc/>
    public override string ToString() => _key is ChildProcess process ? process.Name : $"{_key}";

    /// <summary>The processes meant; empty, with the error told, where there is none.</summary>
    internal IReadOnlyList<ChildProcess> Resolve(Action<ErrorRecord> onError)
    {
        IReadOnlyList<ChildProcess> found = _key switch
        {
            ChildProcess process => [process],
            int id when ChildProcessTable.All.FirstOrDefault(process => process.Id == id) is { } job => [job],
            ObjectRow { OnlyNumber: { } id } => OfProcessId(id),
            ObjectRow row => [.. ChildProcessTable.All.Where(process =>
                row.Fits(column => column switch { "Name" => process.Name, "Id" => process.Id, _ => process.ProcessId }))],
            int id => OfProcessId(id),
            _ => ChildProcessTable.Matching((string)_key),
        };
        if (found.Count > 1 && (_key as int? ?? (_key as ObjectRow)?.OnlyNumber) is { } number)
        {
            onError(Errors.AmbiguousProcessId(number, found));
            return [];
        }

        if (found.Count == 0 && !IsPattern)
        {
            onError(Errors.ProcessNotFound(_key is ObjectRow row ? $"{row}" : _key));
        }

        return found;
    }

    /// <summary>Those of a process id, which may come again and several machines may have: the one that lives goes before those that have ended.</summary>
    internal static IReadOnlyList<ChildProcess> OfProcessId(int id)
    {
        List<ChildProcess> all = [.. ChildProcessTable.All.Where(process => process.ProcessId == id)];
        var living = all.FindAll(static process => process.IsAlive);
        return living.Count > 0 ? living : all;
    }
}
