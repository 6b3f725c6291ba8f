using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// What joins a new child to this process on Windows:
/// <code>
/// here                                        there
/// Channel  ----- anonymous pipe ----->        handle IN of the endpoint
///          &lt;---- anonymous pipe ------        handle OUT of the endpoint
/// Output   &lt;---- named pipe ----------        standard output and error
///                NUL ---------------->        standard input
/// </code>
/// </summary>
/// <remarks>
/// The output's pipe has a name because reading of an anonymous one can't be asynchronous, and would hold a thread of the
/// pool for each child. Nobody else can take it: the name is random, there is one instance, and its far end is open
/// before the name is known to anybody.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsChildPipes
{
    // A frame and more; what is not used costs nothing.
    private const int ChannelBuffer = 128 * 1024;
    private const int OutputBuffer = 4096;

    private readonly List<IDisposable> _ours = [];
    private readonly List<SafeHandle> _theirs = [];

    /// <summary>Opens all of it.</summary>
    /// <exception cref="IOException">It can't be had; nothing is left open.</exception>
    internal WindowsChildPipes()
    {
        try
        {
            StandardInput = Open("NUL", Kernel32.GenericRead, Kernel32.ShareReadWrite);
            var toChild = Ours(new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None, ChannelBuffer));
            ChannelIn = Theirs(toChild.ClientSafePipeHandle);
            var fromChild = Ours(new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None, ChannelBuffer));
            ChannelOut = Theirs(fromChild.ClientSafePipeHandle);
            Channel = Ours(Join(fromChild, toChild));

            var name = $"ProcConcurrency-{Guid.NewGuid():N}";
            var output = Ours(new NamedPipeServerStream(
                name,
                PipeDirection.In,
                1,
                PipeTransmissionMode.Byte,
                PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly,
                OutputBuffer,
                0));
            StandardOutput = Open($@"\\.\pipe\{name}", Kernel32.GenericWrite | Kernel32.FileReadAttributes, 0);
            output.WaitForConnection();
            Output = new WindowsOutput(output);
        }
        catch
        {
            CloseTheirs();
            CloseOurs();
            throw;
        }
    }

    /// <summary>This process's end of the channel.</summary>
    internal DuplexPipe Channel { get; }

    /// <summary>What the child writes to its standard output and error.</summary>
    internal Stream Output { get; }

    /// <summary>The child's standard input.</summary>
    internal SafeHandle StandardInput { get; }

    /// <summary>The child's standard output and error.</summary>
    internal SafeHandle StandardOutput { get; }

    /// <summary>The child's end of the channel that it reads from.</summary>
    internal SafeHandle ChannelIn { get; }

    /// <summary>The child's end of the channel that it writes to.</summary>
    internal SafeHandle ChannelOut { get; }

    /// <summary>The channel's name in the child: an inherited handle has the same number there.</summary>
    internal string Endpoint => WindowsEndpoint.Of(ChannelIn.DangerousGetHandle(), ChannelOut.DangerousGetHandle());

    /// <summary>In a child: its end of the channel.</summary>
    internal static DuplexPipe OpenChildEnd(string endpoint)
    {
        var (input, output) = WindowsEndpoint.Parse(endpoint);
        return Join(
            new AnonymousPipeClientStream(PipeDirection.In, Inherited(input)),
            new AnonymousPipeClientStream(PipeDirection.Out, Inherited(output)));
    }

    /// <summary>Makes the far ends ones that a new process may inherit.</summary>
    internal void LetInherit()
    {
        foreach (var handle in _theirs)
        {
            if (!Kernel32.SetHandleInformation(handle, Kernel32.HandleInherit, Kernel32.HandleInherit))
            {
                throw Kernel32.LastError();
            }
        }
    }

    /// <summary>Closes this process's copies of the far ends. A second call does nothing.</summary>
    internal void CloseTheirs() => _theirs.ForEach(static handle => handle.Dispose());

    /// <summary>Closes the near ends, where no child came of it.</summary>
    internal void CloseOurs() => _ours.ForEach(static end => end.Dispose());

    private static DuplexPipe Join(PipeStream input, PipeStream output) => new(
        input,
        output,
        static handle => Kernel32.CancelIoEx(handle, null),
        Kernel32.HasData);

    private static SafePipeHandle Inherited(nint value)
    {
        var handle = new SafePipeHandle(value, ownsHandle: true);

        // The programs that this process starts would else keep the channel open after its end.
        if (!Kernel32.SetHandleInformation(handle, Kernel32.HandleInherit, 0))
        {
            throw Kernel32.LastError();
        }

        return handle;
    }

    private SafeFileHandle Open(string name, uint access, uint share)
    {
        var handle = Kernel32.CreateFileW(name, access, share, null, Kernel32.OpenExisting, 0, 0);
        if (handle.IsInvalid)
        {
            throw Kernel32.LastError();
        }

        return Theirs(handle);
    }

    private T Ours<T>(T end)
        where T : IDisposable
    {
        _ours.Add(end);
        return end;
    }

    private T Theirs<T>(T handle)
        where T : SafeHandle
    {
        _theirs.Add(handle);
        return handle;
    }
}
