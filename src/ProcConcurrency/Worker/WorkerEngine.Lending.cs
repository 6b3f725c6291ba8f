using System.Management.Automation;

namespace ProcConcurrency.Worker;

/// <summary>Variables that a block has by their own names, as long as its tasks are what this worker runs.</summary>
internal sealed partial class WorkerEngine
{
    // What was there before, to be there again when another block's turn has come; null where nothing was.
    private readonly Dictionary<string, PSVariable?> _displaced = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sets a block's variables, and takes those of the last one away.</summary>
    internal void LendVariables(Dictionary<string, object?> variables)
    {
        var known = _runspace.SessionStateProxy.PSVariable;
        foreach (var (name, before) in _displaced)
        {
            known.Remove(name);
            if (before is not null)
            {
                known.Set(before);
            }
        }

        _displaced.Clear();
        foreach (var (name, value) in variables)
        {
            _displaced[name] = known.Get(name);
            known.Remove(name);
            known.Set(new PSVariable(name, value));
        }
    }
}
