using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

// Sockets that are waited for a while.
internal static unsafe partial class LibC
{
    private const short PollIn = 1;
    private const short PollOut = 4;
    private const int ShutDownReceive = 0;
    private const int SetStatusFlags = 4;

    /// <summary>The error EAGAIN.</summary>
    internal static int TryAgain => s_isMac ? 35 : 11;

    private static int ConnectionReset => s_isMac ? 54 : 104;

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint recv(int descriptor, byte* target, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int setsockopt(int descriptor, int level, int option, void* value, uint length);

    /// <summary>Whether the last call failed because there was nothing to do: within the socket's time, or at once where it was not to wait.</summary>
    internal static bool WasTimeout => Marshal.GetLastPInvokeError() == TryAgain;

    /// <summary>Whether the last call failed because the other side closed with something unread.</summary>
    internal static bool WasReset => Marshal.GetLastPInvokeError() == ConnectionReset;

    /// <summary>Receives some bytes. Gives how many, 0 at the end, or -1.</summary>
    internal static int Receive(SafeHandle socket, Span<byte> target)
    {
        using var borrowed = new Borrowed(socket);
        nint read;
        fixed (byte* start = target)
        {
            do
            {
                read = recv(borrowed.Descriptor, start, (nuint)target.Length, 0);
            }
            while (read < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        }

        return (int)read;
    }

    /// <summary>Waits until there is something to receive, the end included.</summary>
    internal static bool WaitForData(SafeHandle socket, int milliseconds) => WaitFor(socket, PollIn, milliseconds);

    /// <summary>Waits until there is room for something to send, or the other side is gone.</summary>
    internal static void WaitForRoom(SafeHandle socket, int milliseconds) => WaitFor(socket, PollOut, milliseconds);

    /// <summary>Nothing more will be received: the other side's sends fail.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    internal static void ShutDownReceiving(SafeHandle socket) => ShutDown(socket, ShutDownReceive);

    /// <summary>Lets receiving go on to the last byte that is there, and end then, though the other end stays open somewhere.</summary>
    internal static void EndReceivingWhenEmpty(SafeHandle socket)
    {
        try
        {
            using var borrowed = new Borrowed(socket);

            // Linux gives what is there after the call; macOS throws it away, so there it has to be taken before.
            for (var i = 0; s_isMac && i < IEndsWhenEmpty.MostLooks && WaitForData(socket, 0); i++)
            {
                Thread.Sleep(1);
            }

            _ = shutdown(borrowed.Descriptor, ShutDownReceive);
        }
        catch (ObjectDisposedException)
        {
            // The reader has met the end, and closed it.
        }
    }

    /// <summary>Makes calls block, but limits how long one may, and asks for buffers of a size; the system gives what it allows.</summary>
    internal static void SetLimits(SafeHandle socket, int milliseconds, int bufferSize)
    {
        var descriptor = (int)socket.DangerousGetHandle();
        _ = Control(descriptor, SetStatusFlags, 0);
        var time = new Time { Seconds = milliseconds / 1000, Microseconds = milliseconds % 1000 * 1000 };
        _ = setsockopt(descriptor, s_socketLevel, s_isMac ? 0x1006 : 20, &time, (uint)sizeof(Time));
        _ = setsockopt(descriptor, s_socketLevel, s_isMac ? 0x1005 : 21, &time, (uint)sizeof(Time));
        _ = setsockopt(descriptor, s_socketLevel, s_isMac ? 0x1001 : 7, &bufferSize, sizeof(int));
        _ = setsockopt(descriptor, s_socketLevel, s_isMac ? 0x1002 : 8, &bufferSize, sizeof(int));
    }

    /// <summary>Waits at a socket until there is something to receive or room to send; false where time is over, or somebody woke it.</summary>
    internal static bool WaitLong(SafeHandle socket, bool forRoom, int milliseconds, WakeSignal wake)
    {
        using var borrowed = new Borrowed(socket);
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = borrowed.Descriptor, Events = forRoom ? PollOut : PollIn };
        entries[1] = new PollEntry { Descriptor = (int)wake.Seen.DangerousGetHandle(), Events = PollIn };
        if (poll(entries, 2, milliseconds) > 0 && entries[1].Returned != 0)
        {
            wake.Clear();
        }

        return entries[0].Returned != 0;
    }

    private static bool WaitFor(SafeHandle socket, short events, int milliseconds)
    {
        using var borrowed = new Borrowed(socket);
        var entry = new PollEntry { Descriptor = borrowed.Descriptor, Events = events };
        return poll(&entry, 1, milliseconds) > 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        internal nint Seconds;
        internal nint Microseconds;
    }
}
