using System.Collections;
using System.Management.Automation;

namespace ProcConcurrency.Worker;

/// <summary>A list that is always empty: what the engine inserts is handed on. It spares output, the busiest stream, two events a record.</summary>
internal sealed class OutputTap(RecordSink sink) : IList<PSObject>
{
    public int Count => 0;

    public bool IsReadOnly => false;

    public PSObject this[int index]
    {
        get => throw new ArgumentOutOfRangeException(nameof(index));
        set => throw new ArgumentOutOfRangeException(nameof(index));
    }

    public void Add(PSObject item) => sink.Add(RecordStream.Output, item);

    public void Insert(int index, PSObject item) => sink.Add(RecordStream.Output, item);

    public void Clear()
    {
    }

    public bool Contains(PSObject item) => false;

    public void CopyTo(PSObject[] array, int arrayIndex)
    {
    }

    public int IndexOf(PSObject item) => -1;

    public bool Remove(PSObject item) => false;

    public void RemoveAt(int index) => throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<PSObject> GetEnumerator() => Enumerable.Empty<PSObject>().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
