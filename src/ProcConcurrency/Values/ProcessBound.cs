using System.IO.Pipes;
using System.Management.Automation;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Values;

/// <summary>Knows the objects that mean something only in the process that made them, and say nothing as a property bag.</summary>
internal static class ProcessBound
{
    public static bool Is(object value) => Advice(value).Length > 0;

    /// <summary>What to send in place of a process-bound object; empty for all others.</summary>
    public static string Advice(object value) => value switch
    {
        // What was written to it is its text.
        StringWriter => string.Empty,
        Stream or TextReader or TextWriter => "Send the path or the content instead.",
        Delegate => "Send a script block instead.",
        Task => "Wait for it, and send its result.",
        Socket or TcpClient or UdpClient or TcpListener => "Send the address, and connect there.",
        SemaphoreSlim or WaitHandle or ManualResetEventSlim or CancellationTokenSource or CancellationToken =>
            "Send what New-ProcEvent, New-ProcLock or New-ProcSemaphore makes: it works in all processes.",
        Timer or System.Timers.Timer or SafeHandle or PowerShell or System.Reflection.Pointer => "Send what the block needs to make its own, or those of its properties that are wanted.",
        _ => string.Empty,
    };

    /// <summary>Whether its properties are left alone: merely reading them may wait for ever, or make something, as a [powershell] makes its runspace.</summary>
    public static bool IsNotAsked(object value) => value is Task or PipeStream or PowerShell;
}
