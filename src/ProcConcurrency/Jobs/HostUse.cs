using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency.Jobs;

/// <summary>One who needs a host's connection, until this is disposed.</summary>
/// <param name="host">It was acquired for this.</param>
internal sealed class HostUse(RemoteHost host) : IDisposable
{
    internal RemoteHost Host => host;

    public void Dispose() => host.Release();
}
