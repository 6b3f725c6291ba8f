using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>A descriptor that came with a message: taken by one, or closed with this.</summary>
internal sealed class Attachment(SafeHandle descriptor) : IDisposable
{
    private SafeHandle? _descriptor = descriptor;

    /// <summary>The descriptor, the caller's from now on; null where it was taken.</summary>
    internal SafeHandle? Take()
    {
        var taken = _descriptor;
        _descriptor = null;
        return taken;
    }

    public void Dispose() => Take()?.Dispose();
}
