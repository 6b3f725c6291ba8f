using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>This process's connections to hosts: one each, which all that use the host share.</summary>
/// <remarks>Thread-safe.</remarks>
public static class RemoteHosts
{
    private const int MostTries = 3;

    // Guards what follows.
    private static readonly object s_gate = new();
    private static readonly Dictionary<RemoteTarget, Connecting> s_hosts = [];
    private static bool s_isWatching;

    /// <summary>The ssh processes of the connections that are there.</summary>
    public static IReadOnlyList<int> SshProcessIds
    {
        get
        {
            lock (s_gate)
            {
                return [.. s_hosts.Values.Where(static host => host.Host is { IsConnected: true }).Select(static host => host.Host!.SshProcessId)];
            }
        }
    }

    /// <summary>Connects, or finds the connection that is there. The caller releases it (<see cref="RemoteHost.Release"/>).</summary>
    /// <exception cref="RemoteHostException">It can't be used.</exception>
    /// <exception cref="OperationCanceledException">Canceled; where nobody else waits for it, the attempt is ended.</exception>
    public static RemoteHost Acquire(RemoteTarget target, CancellationToken canceled)
    {
        ArgumentNullException.ThrowIfNull(target);
        for (var tries = 1; ; tries++)
        {
            var connecting = Join(target);
            try
            {
                Task.WaitAny([connecting.Result], canceled);
                var host = connecting.Result.GetAwaiter().GetResult();
                if (host.TryAcquire())
                {
                    return host;
                }

                Drop(target, connecting);
                if (tries == MostTries)
                {
                    // It ends whenever it has begun: what becomes of it is told, instead of found out for ever.
                    host.Closed.Wait(canceled);
                    throw new RemoteHostException(target.Name, RemoteHostFault.Unreachable, host.Loss!);
                }
            }
            catch (RemoteHostException)
            {
                Drop(target, connecting);
                throw;
            }
            finally
            {
                connecting.Leave();
            }
        }
    }

    /// <summary>Closes those on which nothing runs, and returns when their ssh is gone.</summary>
    public static void CloseUnused() => Close(static host => host.Host?.TryRetire() == true);

    /// <summary>Closes all, which ends what runs there, and returns when their ssh is gone.</summary>
    internal static void Close() => Close(static _ => true);

    private static void Close(Func<Connecting, bool> which)
    {
        List<Connecting> hosts;
        lock (s_gate)
        {
            hosts = [.. s_hosts.Values.Where(which)];
            foreach (var target in s_hosts.Where(host => hosts.Contains(host.Value)).Select(static host => host.Key).ToList())
            {
                s_hosts.Remove(target);
            }
        }

        // All are told before the first is waited for.
        hosts.ForEach(static host => host.Host?.Dispose());
        hosts.ForEach(static host => host.Dispose());
    }

    private static Connecting Join(RemoteTarget target)
    {
        lock (s_gate)
        {
            if (!s_isWatching)
            {
                s_isWatching = true;
                Session.Current.AtEnd(Close);
            }

            if (!s_hosts.TryGetValue(target, out var connecting) || !connecting.TryJoin())
            {
                connecting = new Connecting(target);
                connecting.Begin();
                s_hosts[target] = connecting;
            }

            return connecting;
        }
    }

    private static void Drop(RemoteTarget target, Connecting connecting)
    {
        lock (s_gate)
        {
            if (s_hosts.TryGetValue(target, out var known) && known == connecting)
            {
                s_hosts.Remove(target);
            }
        }
    }

    /// <summary>An attempt to connect, and then the connection. It is ended when all have left that waited for it.</summary>
    private sealed class Connecting(RemoteTarget target) : IDisposable
    {
        private readonly TaskCompletionSource<RemoteHost> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _canceled = new();

        // Guards _waiters.
        private readonly object _gate = new();
        private int _waiters = 1;

        internal Task<RemoteHost> Result => _result.Task;

        internal RemoteHost? Host => _result.Task.IsCompletedSuccessfully ? _result.Task.Result : null;

        internal void Begin() => Background.Start($"connection to {target.Name}", Connect, error =>
        {
            _result.TrySetException(error);
            _ = _result.Task.Exception; // All may have left.
        });

        internal bool TryJoin()
        {
            lock (_gate)
            {
                if (_canceled.IsCancellationRequested || _result.Task.IsFaulted || Host is { IsConnected: false })
                {
                    return false;
                }

                _waiters++;
                return true;
            }
        }

        internal void Leave()
        {
            lock (_gate)
            {
                _waiters--;
                if (_waiters == 0 && !_result.Task.IsCompleted)
                {
                    _canceled.Cancel();
                }
            }
        }

        /// <summary>Nobody waits for it any more: it is ended where it has not come to its end.</summary>
        public void Dispose()
        {
            _canceled.Cancel();
            Host?.Close();
        }

        private void Connect()
        {
            var host = HostConnector.Connect(target, _canceled.Token);
            _result.SetResult(host);
            if (_canceled.IsCancellationRequested)
            {
                host.Dispose();
            }
        }
    }
}
