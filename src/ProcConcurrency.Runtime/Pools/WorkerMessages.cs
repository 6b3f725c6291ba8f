using System.Buffers.Binary;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>What a worker says of the task that it is at. In a message: number (8 bytes), what it holds (1), memory (8), objects, records.</summary>
public readonly ref struct WorkerResults
{
    private const int HeaderSize = sizeof(long) + sizeof(byte);
    private const byte LastOfTask = 1;
    private const byte TaskFailed = 2;
    private const byte Mentions = 4;
    private const byte HasMemory = 8;

    /// <summary>The task's number.</summary>
    public long Number { get; init; }

    /// <summary>Whether the task ends with this.</summary>
    public bool IsLast { get; init; }

    /// <summary>Whether the task has failed; told at its end.</summary>
    public bool HasFailed { get; init; }

    /// <summary>How much memory the worker uses, in bytes; null where that isn't told.</summary>
    public long? Memory { get; init; }

    /// <summary>The objects that the records mention.</summary>
    public ReadOnlySpan<long> Mentioned { get; init; }

    /// <summary>What the task has written.</summary>
    public ReadOnlySpan<byte> Records { get; init; }

    /// <summary>How many bytes the message has.</summary>
    public int Size =>
        HeaderSize + (Memory is null ? 0 : sizeof(long)) + (Mentioned.IsEmpty ? 0 : ObjectIds.Size(Mentioned.Length)) + Records.Length;

    /// <summary>Writes the message.</summary>
    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, Number);
        target[sizeof(long)] = (byte)((IsLast ? LastOfTask : 0) | (HasFailed ? TaskFailed : 0) | (Mentioned.IsEmpty ? 0 : Mentions) | (Memory is null ? 0 : HasMemory));
        target = target[HeaderSize..];
        if (Memory is { } memory)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, memory);
            target = target[sizeof(long)..];
        }

        if (!Mentioned.IsEmpty)
        {
            target = ObjectIds.Write(target, Mentioned);
        }

        Records.CopyTo(target);
    }

    /// <summary>Reads it; the records are those of the message.</summary>
    /// <exception cref="Channels.ProtocolException">It ends early.</exception>
    internal static WorkerResults Read(ReadOnlySpan<byte> message)
    {
        var reader = new PayloadReader(message);
        var number = reader.Int64();
        var holds = reader.Byte();
        return new WorkerResults
        {
            Number = number,
            IsLast = (holds & LastOfTask) != 0,
            HasFailed = (holds & TaskFailed) != 0,
            Memory = (holds & HasMemory) != 0 ? reader.Int64() : null,
            Mentioned = (holds & Mentions) != 0 ? reader.Ids() : [],
            Records = reader.Rest,
        };
    }
}

/// <summary>A task in a batch's message: its number (8 bytes), how long it is (4), what it brings.</summary>
public static class WorkerTask
{
    /// <summary>How many bytes it takes beside what it brings.</summary>
    internal const int HeaderSize = sizeof(long) + sizeof(int);

    /// <summary>Writes one; gives what is behind it.</summary>
    internal static Span<byte> Write(Span<byte> target, long number, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, number);
        BinaryPrimitives.WriteInt32LittleEndian(target[sizeof(long)..], payload.Length);
        payload.CopyTo(target[HeaderSize..]);
        return target[(HeaderSize + payload.Length)..];
    }

    /// <summary>Reads one, behind which the source begins then.</summary>
    /// <returns>What it brings.</returns>
    public static ReadOnlySpan<byte> Read(ref ReadOnlySpan<byte> source, out long number)
    {
        number = BinaryPrimitives.ReadInt64LittleEndian(source);
        var payload = source.Slice(HeaderSize, BinaryPrimitives.ReadInt32LittleEndian(source[sizeof(long)..]));
        source = source[(HeaderSize + payload.Length)..];
        return payload;
    }
}
