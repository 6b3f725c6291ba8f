using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>One record on the wire: its stream's number, then the value.</summary>
internal static class RecordCodec
{
    internal static void Write(ValueWriter writer, RecordStream stream, object? record)
    {
        var start = writer.Position;
        try
        {
            writer.WriteByte((byte)stream);
            WriteRecord(writer, record);
        }
        catch
        {
            // A stream's number without its record would be taken for the next one's.
            writer.GoBack(start);
            throw;
        }
    }

    private static void WriteRecord(ValueWriter writer, object? record)
    {
        if (record is not ErrorRecord error || BlockPosition.Find(error) is not { } place)
        {
            writer.Write(record);
            return;
        }

        // For this record only: the block's next error has the same invocation, and another place.
        error.InvocationInfo.DisplayScriptPosition = place;
        try
        {
            writer.Write(record);
        }
        finally
        {
            error.InvocationInfo.DisplayScriptPosition = null;
        }
    }

    /// <summary>Reads one record; what can't be read is an error in its place.</summary>
    /// <returns>False at the end of the bytes, and where nothing more in them can be read.</returns>
    internal static bool TryRead(ref ValueReader reader, object? target, ref bool isOver, [NotNullWhen(true)] out StreamRecord? read)
    {
        read = null;
        if (isOver || reader.AtEnd)
        {
            return false;
        }

        try
        {
            var stream = (RecordStream)reader.ReadByte();
            read = stream <= RecordStream.Progress ? new StreamRecord(stream, reader.Read()) : throw new ValueFormatException("a record has no known stream");
        }
        catch (ValueFormatException error)
        {
            isOver = error is not ValueNotReadableException;
            read = new StreamRecord(RecordStream.Error, Errors.NotReadable(error, target));
        }

        return true;
    }
}
