using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet that takes child processes by object or name, by the job's id, by the process's id, or by state, as Get-Job does.</summary>
public abstract class ChoosingCmdlet : ProcCmdlet
{
    /// <summary>The parameter set of objects and names.</summary>
    internal const string NameSet = "Name";
    private const string IdSet = "Id";
    private const string ProcessIdSet = "ProcessId";
    private protected const string StateSet = "State";

    /// <summary>The ids of jobs, as the table shows them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ArgumentCompleter(typeof(ChildProcessIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>The operating system's ids.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProcessIdSet)]
    [ArgumentCompleter(typeof(ChildProcessIdCompleter))]
    public int[] ProcessId { get; set; } = [];

    /// <summary>All that are in one of these states.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StateSet)]
    [ArgumentCompleter(typeof(ChoiceCompleter<JobState>))]
    [Takes<JobState>(Many = true)]
    public string[] State { get; set; } = [];

    /// <summary>The processes that are meant; an error is told for each name or id that no process has.</summary>
    private protected IEnumerable<ChildProcess> Choose(ChildProcessReference[] references, Action<ErrorRecord> onError) => ParameterSetName switch
    {
        IdSet => Find(Id, static id => [.. ChildProcessTable.All.Where(process => process.Id == id)], Errors.NoSuchJobId, onError),
        ProcessIdSet => Find(ProcessId, ChildProcessReference.OfProcessId, Errors.NoSuchProcessId, onError),
        StateSet => ChildProcessTable.All.Where(process => State.Contains($"{process.JobStateInfo.State}")),
        _ => references.SelectMany(reference => reference.Resolve(onError)),
    };

    private static IEnumerable<ChildProcess> Find(
        int[] ids, Func<int, IReadOnlyList<ChildProcess>> find, Func<int, ErrorRecord> missing, Action<ErrorRecord> onError)
    {
        foreach (var id in ids)
        {
            var found = find(id);
            if (found.Count == 1)
            {
                yield return found[0];
            }
            else
            {
                onError(found.Count == 0 ? missing(id) : Errors.AmbiguousProcessId(id, found));
            }
        }
    }
}
