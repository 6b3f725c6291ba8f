using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>One item on its way through a queue, in the hub and in its receiver.</summary>
/// <param name="Value">What was sent.</param>
/// <param name="Priority">Its priority; counts in a priority queue only.</param>
/// <param name="Number">Which item of the queue it is, in the order of arrival: with it, an item that comes back finds its place.</param>
/// <param name="IsRedelivered">It was received before, by a process that died.</param>
internal sealed record QueueItem(StoredValue Value, double Priority, long Number, bool IsRedelivered)
{
    internal static QueueItem Read(ref PayloadReader reader) =>
        new(reader.Value(), BitConverter.Int64BitsToDouble(reader.Int64()), reader.Int64(), reader.Flag());

    /// <summary>In the hub, which gives the arrays of large values back when they leave.</summary>
    internal static QueueItem ReadSpare(ref PayloadReader reader) =>
        new(reader.SpareValue(), BitConverter.Int64BitsToDouble(reader.Int64()), reader.Int64(), reader.Flag());

    internal void Write(PayloadWriter writer) =>
        writer.Value(Value).Int64(BitConverter.DoubleToInt64Bits(Priority)).Int64(Number).Flag(IsRedelivered);
}

/// <summary>An item that is on its way into a queue.</summary>
/// <param name="Value">What is sent.</param>
/// <param name="Priority">As <see cref="QueueItem.Priority"/>.</param>
internal sealed record NewItem(StoredValue Value, double Priority);
