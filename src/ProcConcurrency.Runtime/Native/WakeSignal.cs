namespace ProcConcurrency.Runtime.Native;

/// <summary>Brings a thread back that the system has put to sleep at a descriptor: a second descriptor, which it looks at too.</summary>
/// <remarks>One thread sleeps; any thread wakes it, also after it was disposed.</remarks>
internal sealed class WakeSignal : IDisposable
{
    private readonly DescriptorHandle _seen;
    private readonly DescriptorHandle _told;

    /// <summary>Makes one.</summary>
    /// <exception cref="IOException">The process has too many descriptors.</exception>
    internal WakeSignal()
    {
        var (seen, told) = LibC.CreateSocketPair();
        (_seen, _told) = (new DescriptorHandle(seen), new DescriptorHandle(told));
    }

    /// <summary>What there is something to read at when the thread is woken.</summary>
    internal DescriptorHandle Seen => _seen;

    /// <summary>Wakes the thread, or lets its next sleep end at once.</summary>
    internal void Wake()
    {
        try
        {
            _ = LibC.SendMessage(_told, [1], [], -1, waits: false);
        }
        catch (ObjectDisposedException)
        {
            // It sleeps no more.
        }
    }

    /// <summary>It is awake: what woke it is over.</summary>
    internal void Clear() => _ = LibC.ReceiveMessage(_seen, stackalloc byte[64], [], out _, waits: false);

    public void Dispose()
    {
        _seen.Dispose();
        _told.Dispose();
    }
}
