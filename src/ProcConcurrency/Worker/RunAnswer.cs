using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>A child's last word about its block, or about why that could not be run.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Threw">Whether an error ended it, which was the last that it wrote.</param>
internal readonly record struct RunAnswer(int Code, bool Threw)
{
    /// <summary>Sends it to the parent.</summary>
    internal void Send(ParentLink link, ValueContext context)
    {
        using var writer = new ValueWriter(context);
        writer.Write(Code);
        writer.Write(Threw);
        link.Send(MessageKind.Answer, ChildProtocol.Run, writer.Memory);
    }

    /// <summary>Reads what a child has sent.</summary>
    /// <exception cref="ValueFormatException">It is something else.</exception>
    internal static RunAnswer Read(ReadOnlySpan<byte> payload, ValueContext context)
    {
        var reader = new ValueReader(payload, context);
        return (reader.Read(), reader.Read()) is (int code, bool threw) ? new RunAnswer(code, threw) : throw new ValueFormatException("a child's answer is no exit code");
    }
}
