using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// A file descriptor of this process that is only kept or passed on. Closing it closes this process's copy and does nothing
/// else: .NET's own socket handle may, on the way, change what every copy of the socket shares.
/// </summary>
internal sealed class DescriptorHandle : SafeHandle
{
    internal DescriptorHandle(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    public override bool IsInvalid => handle == -1;

    /// <summary>The number, which belongs to the caller from now on.</summary>
    internal int Release()
    {
        var descriptor = (int)handle;
        SetHandleAsInvalid();
        return descriptor;
    }

    /// <summary>A copy of a descriptor.</summary>
    /// <exception cref="IOException">It is closed, or the process has too many.</exception>
    internal static DescriptorHandle CopyOf(SafeHandle source)
    {
        try
        {
            using var borrowed = new Borrowed(source);
            return new DescriptorHandle(LibC.Duplicate(borrowed.Descriptor));
        }
        catch (ObjectDisposedException)
        {
            throw new IOException("The socket is closed.");
        }
    }

    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;
}
