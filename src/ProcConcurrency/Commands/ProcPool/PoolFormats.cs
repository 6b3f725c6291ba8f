using System.Management.Automation;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands;

/// <summary>Keeps together what each item formats: a formatter takes no two tables at a time.</summary>
internal sealed class PoolFormats(Cmdlet cmdlet)
{
    private readonly Dictionary<PoolTask, FormatSequence> _open = [];

    /// <summary>Writes an output object, or keeps it, if it is or stands within what is formatted; false for all other output.</summary>
    internal bool TryWrite(PoolTask item, object? record)
    {
        if (!_open.TryGetValue(item, out var sequence))
        {
            if (!FormatSequence.Concerns(record))
            {
                return false;
            }

            _open.Add(item, sequence = new FormatSequence());
        }

        if (!sequence.TryTake(record, out var whole))
        {
            return false;
        }

        whole?.ForEach(cmdlet.WriteObject);
        return true;
    }

    /// <summary>An item has ended.</summary>
    internal void End(PoolTask item)
    {
        if (_open.Count > 0 && _open.Remove(item, out var sequence))
        {
            sequence.End().ForEach(cmdlet.WriteObject);
        }
    }
}
