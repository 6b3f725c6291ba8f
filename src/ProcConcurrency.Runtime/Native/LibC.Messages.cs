using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

// Messages of sockets with descriptors beside the bytes. Linux and macOS lay the structures out differently.
internal static unsafe partial class LibC
{
    /// <summary>The most descriptors that are taken with one read; the system closes what is more.</summary>
    internal const int MostDescriptors = 4;

    private const int ShutDownBoth = 2;
    private const int ControlRights = 1;
    private const int LinuxDuplicateCloseOnExec = 1030;
    private const int MacDuplicateCloseOnExec = 67;
    private const int LinuxNoSignal = 0x4000;
    private const int LinuxDoNotWait = 0x40;
    private const int MacDoNotWait = 0x80;
    private const int LinuxDescriptorsCloseOnExec = 0x40000000;
    private const int LinuxControlCutOff = 0x8;
    private const int MacControlCutOff = 0x20;

    // Room for the header and the descriptors, rounded up, on either system.
    private const int ControlRoom = 64;

    private static readonly bool s_isMac = OperatingSystem.IsMacOS();
    private static readonly int s_socketLevel = s_isMac ? 0xFFFF : 1;

    // The header is a length, a level and a type: 12 bytes on macOS and 32-bit Linux, 16 on 64-bit Linux.
    private static readonly int s_controlHeader = s_isMac ? 12 : sizeof(nint) + 8;

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint sendmsg(int descriptor, void* message, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint recvmsg(int descriptor, void* message, int flags);

    [LibraryImport(Library)]
    private static partial int shutdown(int descriptor, int how);

    /// <summary>Ends both directions of a socket: calls that are blocked in it come back. Does nothing where it is closed.</summary>
    internal static void ShutDown(SafeHandle socket)
    {
        try
        {
            ShutDown(socket, ShutDownBoth);
        }
        catch (ObjectDisposedException)
        {
            // Nobody is blocked in it.
        }
    }

    private static void ShutDown(SafeHandle socket, int how)
    {
        using var borrowed = new Borrowed(socket);
        _ = shutdown(borrowed.Descriptor, how);
    }

    /// <summary>A copy of a descriptor that no program started by this process inherits.</summary>
    internal static int Duplicate(int descriptor)
    {
        var copy = Control(descriptor, s_isMac ? MacDuplicateCloseOnExec : LinuxDuplicateCloseOnExec, 0);
        return copy >= 0 ? copy : throw new IOException($"A socket could not be copied: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>
    /// Sends some bytes, at least one, and more that follow the first; a descriptor goes with the first byte unless it is -1. Gives how
    /// many, or -1: where it is not to wait, what there is room for at once.
    /// </summary>
    internal static int SendMessage(SafeHandle socket, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more, int descriptor, bool waits)
    {
        var control = stackalloc byte[ControlRoom];
        var controlLength = 0;
        if (descriptor >= 0)
        {
            controlLength = s_controlHeader + sizeof(int);
            new Span<byte>(control, ControlRoom).Clear();
            *(int*)control = controlLength;
            *(int*)(control + s_controlHeader - 8) = s_socketLevel;
            *(int*)(control + s_controlHeader - 4) = ControlRights;
            *(int*)(control + s_controlHeader) = descriptor;
            controlLength = (controlLength + sizeof(nint) - 1) / sizeof(nint) * sizeof(nint);
        }

        fixed (byte* start = bytes, next = more)
        {
            var message = new Message(start, bytes.Length, controlLength > 0 ? control : null, controlLength);
            message.Add(next, more.Length);
            var flags = waits ? 0 : s_isMac ? MacDoNotWait : LinuxDoNotWait;
            return Repeat(socket, &message, flags | (s_isMac ? 0 : LinuxNoSignal), receive: false);
        }
    }

    /// <summary>
    /// Receives some bytes, 0 at the end, and what descriptors came with them. Gives how many, or -1: see <see cref="WasTimeout"/>.
    /// </summary>
    /// <exception cref="IOException">Not all descriptors could be taken; those that could are closed.</exception>
    internal static int ReceiveMessage(SafeHandle socket, Span<byte> target, Span<int> descriptors, out int count, bool waits)
    {
        var control = stackalloc byte[ControlRoom];
        int read;
        int controlLength;
        bool isCutOff;
        fixed (byte* start = target)
        {
            var message = new Message(start, target.Length, control, s_controlHeader + (MostDescriptors * sizeof(int)));
            var flags = waits ? 0 : s_isMac ? MacDoNotWait : LinuxDoNotWait;
            read = Repeat(socket, &message, flags | (s_isMac ? 0 : LinuxDescriptorsCloseOnExec), receive: true);
            controlLength = message.ControlLength;
            isCutOff = read >= 0 && message.IsControlCutOff;
        }

        count = 0;
        if (read >= 0 && controlLength >= s_controlHeader + sizeof(int)
            && *(int*)(control + s_controlHeader - 8) == s_socketLevel && *(int*)(control + s_controlHeader - 4) == ControlRights)
        {
            count = Math.Min((*(int*)control - s_controlHeader) / sizeof(int), descriptors.Length);
            for (var i = 0; i < count; i++)
            {
                descriptors[i] = ((int*)(control + s_controlHeader))[i];
                if (s_isMac)
                {
                    SetCloseOnExec(descriptors[i]);
                }
            }
        }

        if (isCutOff)
        {
            RefuseCutOff(descriptors[..count]);
        }

        return read;
    }

    // Whose is which can't be told any more once one is missing.
    private static void RefuseCutOff(ReadOnlySpan<int> received)
    {
        foreach (var descriptor in received)
        {
            _ = close(descriptor);
        }

        throw received.Length < MostDescriptors
            ? new ShortageException("Descriptors that came with a message were cut off: this process has too many open files.")
            : new IOException($"Descriptors that came with a message were cut off: there were more than {MostDescriptors}.");
    }

    private static int Repeat(SafeHandle socket, Message* message, int flags, bool receive)
    {
        using var borrowed = new Borrowed(socket);
        nint result;
        do
        {
            result = receive ? recvmsg(borrowed.Descriptor, message->Start, flags) : sendmsg(borrowed.Descriptor, message->Start, flags);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return (int)result;
    }

    /// <summary>A msghdr of either system, and the parts that it points to. Lives on the stack: it points to itself.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        private LinuxHeader _linux;
        private MacHeader _mac;
        private Part _part;
        private Part _next;

        internal Message(byte* bytes, int length, byte* control, int controlLength)
        {
            _part = new Part { Start = bytes, Length = (nuint)length };
            _linux = new LinuxHeader { PartCount = 1, Control = control, ControlLength = (nuint)controlLength };
            _mac = new MacHeader { PartCount = 1, Control = control, ControlLength = (uint)controlLength };
        }

        internal void Add(byte* bytes, int length)
        {
            if (length > 0)
            {
                _next = new Part { Start = bytes, Length = (nuint)length };
                _linux.PartCount = 2;
                _mac.PartCount = 2;
            }
        }

        internal void* Start
        {
            get
            {
                _linux.Parts = _mac.Parts = (Part*)Unsafe.AsPointer(ref _part);
                return s_isMac ? Unsafe.AsPointer(ref _mac) : Unsafe.AsPointer(ref _linux);
            }
        }

        internal readonly bool IsControlCutOff => s_isMac ? (_mac.Flags & MacControlCutOff) != 0 : (_linux.Flags & LinuxControlCutOff) != 0;

        internal readonly int ControlLength => s_isMac ? (int)_mac.ControlLength : (int)_linux.ControlLength;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        internal byte* Start;
        internal nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LinuxHeader
    {
        internal void* Name;
        internal uint NameLength;
        internal Part* Parts;
        internal nuint PartCount;
        internal void* Control;
        internal nuint ControlLength;
        internal int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MacHeader
    {
        internal void* Name;
        internal uint NameLength;
        internal Part* Parts;
        internal int PartCount;
        internal void* Control;
        internal uint ControlLength;
        internal int Flags;
    }
}
