using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>A handle's descriptor, which stays open until this is disposed: a number that is closed may be another's at once.</summary>
internal readonly ref struct Borrowed
{
    private readonly SafeHandle? _handle;

    /// <param name="handle">Whose; null for none.</param>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    internal Borrowed(SafeHandle? handle)
    {
        var added = false;
        handle?.DangerousAddRef(ref added);
        _handle = handle;
    }

    /// <summary>The number; -1 where there is none.</summary>
    internal int Descriptor => _handle is null ? -1 : (int)_handle.DangerousGetHandle();

    public void Dispose() => _handle?.DangerousRelease();
}
