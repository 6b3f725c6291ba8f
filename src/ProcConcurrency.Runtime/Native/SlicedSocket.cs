using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// A connected socket whose calls block for a tenth of a second at the most: a caller that waits longer calls again, and looks
/// between the calls whether it should still wait. Each call returns what it has done, so nothing is sent or received twice.
/// </summary>
/// <remarks>One thread sends, while one receives. Any thread closes.</remarks>
internal abstract class SlicedSocket : IDisposable
{
    /// <summary>The longest that a call blocks.</summary>
    internal const int SliceMilliseconds = 100;

    // The system allows less, mostly; a large message needs fewer turns then.
    private const int BufferSize = 1 << 20;

    /// <summary>Puts a parked socket to use, which is used up.</summary>
    internal static SlicedSocket Of(ParkedSocket parked) =>
        parked.Descriptor is { } descriptor ? new DescriptorSocket(descriptor) : new ManagedSocket(parked.ToSocket());

    /// <summary>Sends some of the bytes of two spans, one after the other. Gives how many; 0 where there was no room.</summary>
    /// <param name="bytes">The first.</param>
    /// <param name="more">Those that follow.</param>
    /// <param name="waits">For room, as long as a call blocks.</param>
    /// <exception cref="IOException">The other side is gone, or this one closed.</exception>
    internal abstract int Send(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more, bool waits);

    /// <summary>Waits until there is room to send, or the other side is gone.</summary>
    internal abstract void WaitForRoom(int milliseconds);

    /// <summary>Receives some bytes. Gives how many; 0 at the end; -1 where none came in time.</summary>
    /// <exception cref="IOException">The socket failed, or was closed here.</exception>
    internal abstract int Receive(Span<byte> target);

    /// <summary>Waits until there is something to receive, the end included.</summary>
    internal abstract bool WaitForData(int milliseconds);

    /// <summary>Nothing more will be received.</summary>
    internal abstract void StopReceiving();

    /// <summary>What ends a longer wait than a slice; null where only slices can be waited.</summary>
    internal virtual WakeSignal? MakeWakeSignal() => null;

    /// <summary>Waits until there is something to receive, or room to send; false where time is over, or somebody woke it.</summary>
    /// <param name="forRoom">Room it is.</param>
    /// <param name="milliseconds">-1 for any time.</param>
    /// <param name="wake">Of <see cref="MakeWakeSignal"/>.</param>
    internal virtual bool WaitLong(bool forRoom, int milliseconds, WakeSignal wake) => throw new NotSupportedException();

    public abstract void Dispose();

    private sealed class DescriptorSocket : SlicedSocket
    {
        private readonly SafeHandle _socket;

        internal DescriptorSocket(SafeHandle socket)
        {
            _socket = socket;
            LibC.SetLimits(socket, SliceMilliseconds, BufferSize);
        }

        internal override int Send(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more, bool waits) => Guard(
            LibC.SendMessage(_socket, bytes, more, -1, waits), timeout: 0);

        internal override void WaitForRoom(int milliseconds) => LibC.WaitForRoom(_socket, milliseconds);

        internal override int Receive(Span<byte> target)
        {
            var read = LibC.Receive(_socket, target);
            return read < 0 && LibC.WasReset ? 0 : Guard(read, timeout: -1);
        }

        internal override bool WaitForData(int milliseconds) => LibC.WaitForData(_socket, milliseconds);

        internal override void StopReceiving() => LibC.ShutDownReceiving(_socket);

        internal override WakeSignal? MakeWakeSignal()
        {
            try
            {
                return new WakeSignal();
            }
            catch (IOException)
            {
                // Too many descriptors: then it waits in slices.
                return null;
            }
        }

        internal override bool WaitLong(bool forRoom, int milliseconds, WakeSignal wake) => LibC.WaitLong(_socket, forRoom, milliseconds, wake);

        public override void Dispose()
        {
            LibC.ShutDown(_socket);
            _socket.Dispose();
        }

        private static int Guard(int count, int timeout) => count >= 0
            ? count
            : LibC.WasTimeout ? timeout : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>Windows: by .NET's class, which tells of a call that was cut short by a time limit too little elsewhere.</summary>
    private sealed class ManagedSocket : SlicedSocket
    {
        private readonly Socket _socket;

        internal ManagedSocket(Socket socket)
        {
            _socket = socket;
            socket.Blocking = false;
            socket.SendBufferSize = socket.ReceiveBufferSize = BufferSize;
        }

        internal override int Send(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more, bool waits)
        {
            var sent = _socket.Send(bytes.Length > 0 ? bytes : more, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                if (waits)
                {
                    WaitForRoom(SliceMilliseconds);
                }

                return 0;
            }

            return error == SocketError.Success ? sent : throw new IOException($"The socket failed: {error}.");
        }

        internal override void WaitForRoom(int milliseconds) => _socket.Poll(milliseconds * 1000, SelectMode.SelectWrite);

        internal override int Receive(Span<byte> target)
        {
            if (!WaitForData(SliceMilliseconds))
            {
                return -1;
            }

            var read = _socket.Receive(target, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => read,
                SocketError.WouldBlock => -1,
                SocketError.ConnectionReset => 0,
                _ => throw new IOException($"The socket failed: {error}."),
            };
        }

        internal override bool WaitForData(int milliseconds) => _socket.Poll(milliseconds * 1000, SelectMode.SelectRead);

        internal override void StopReceiving() => _socket.Shutdown(SocketShutdown.Receive);

        public override void Dispose() => _socket.Dispose();
    }
}
