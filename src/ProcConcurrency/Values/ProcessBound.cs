using System.IO.Pipes;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Values;

/// <summary>Knows the objects that mean something only in the process that made them.</summary>
internal static class ProcessBound
{
    public static bool Is(object value) => value is
        Delegate or Task or Thread or Timer or Stream or TextReader or TextWriter or SafeHandle or WaitHandle or nint or nuint
        or Socket or TcpClient or UdpClient or TcpListener
        or Runspace or RunspacePool or PowerShell or PSSession or PSCmdlet or EngineIntrinsics
        or CancellationTokenSource or CancellationToken or SemaphoreSlim or ManualResetEventSlim
        or System.Reflection.Pointer;

    /// <summary>Whether merely reading its properties may wait for ever.</summary>
    public static bool MayBlock(object value) => value is Task or PipeStream;
}
