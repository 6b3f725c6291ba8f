using System.Management.Automation;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>One record on the wire: its stream's number, then the value.</summary>
internal static class RecordCodec
{
    internal static void Write(ValueWriter writer, RecordStream stream, object? record)
    {
        writer.Write((byte)stream);
        writer.Write(record);
    }

    internal static (RecordStream Stream, object? Record) Read(ref ValueReader reader)
    {
        return reader.Read() is byte stream and <= (byte)RecordStream.Progress
            ? ((RecordStream)stream, reader.Read())
            : throw new ValueFormatException("a record has no known stream");
    }
}
