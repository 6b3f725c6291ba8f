using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// Connects to a host:
/// <code>
/// place at the jump host -> ssh -> marker -> stage 1 -> the parcel, where it is missing -> "ready" -> agent's hello -> RemoteHost
/// </code>
/// It waits for its place as long as that takes. From then on the marker has the target's time, and the rest has it again, with more for the
/// parcel. A host that was only busy is tried again within that time from the first place on.
/// </summary>
internal sealed class HostConnector : IDisposable
{
    private const int MaxNoise = 64 * 1024;

    // What the slowest line that is of use takes in a second.
    private const int SlowestLine = 8 * 1024;

    // The cache, and a temporary folder where that has no room.
    private const int MaxParcels = 2;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    // How shells say that there is no such program, whatever their words.
    private static readonly int[] s_notFound = [126, 127, 9009];

    // What ssh says where a connection is dropped; the first was ssh_exchange_identification before OpenSSH 8.0.
    private static readonly string[] s_busy = ["_exchange_identification", "timed out during banner exchange", "Connection reset by", "UNKNOWN port 65535"];

    // What it says, or a proxy command, where another try would end as this one did.
    private static readonly string[] s_final =
    [
        "Host key verification failed", "Permission denied", "Could not resolve hostname", "Name or service not known", "Connection refused",
        "No route to host", "open failed: ",
    ];

    // What shells say of a proxy command that isn't there, in a line that names it. Other lines may be of what they run as they start.
    private static readonly string[] s_missing = ["not found", "No such file or directory", "cannot execute", "Unknown command"];

    private readonly RemoteTarget _target;
    private readonly string? _proxy;
    private readonly CancellationToken _canceled;
    private readonly SpawnedProcess _ssh;
    private readonly OutputCapture _errors;
    private readonly BackgroundTimer _clock;
    private readonly CancellationTokenRegistration _cancel;
    private readonly byte[] _buffer = new byte[4096];
    private string _noise = string.Empty;
    private volatile bool _isOverTime;
    private bool _isGreeted;
    private bool _isTaken;

    private HostConnector(RemoteTarget target, string command, SshConfiguration configuration, CancellationToken canceled)
    {
        _target = target;
        _proxy = configuration.ProxyProgram;
        _canceled = canceled;
        _ssh = SshCommand.Start(SshCommand.ToRun(target, command, configuration));
        try
        {
            _errors = new OutputCapture(_ssh.Output, null);
        }
        catch (IOException)
        {
            // No thread is left that could read what it says.
            End();
            _ssh.Channel.Dispose();
            throw;
        }

        _clock = Background.Timer("time limit of a connection", () =>
        {
            _isOverTime = true;
            End();
        });
        _cancel = canceled.UnsafeRegister(static connector => ((HostConnector)connector!).End(), this);
    }

    /// <summary>Connects; tries again where the host was only busy.</summary>
    /// <exception cref="RemoteHostException">It can't be reached, or has no PowerShell that the module runs in.</exception>
    /// <exception cref="OperationCanceledException">Canceled; nothing is left.</exception>
    internal static RemoteHost Connect(RemoteTarget target, CancellationToken canceled)
    {
        var way = Bootstrap.s_shell;
        var configuration = new Lazy<SshConfiguration>(() => SshConfiguration.Of(target, canceled));
        Deadline? end = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var place = ConnectGate.To(configuration.Value)?.Take(canceled);
                end ??= new Deadline(target.ConnectTimeout);
                return ConnectOnce(target, way, configuration.Value, place, canceled);
            }
            catch (IOException error) when (error is not RemoteHostException)
            {
                // This machine's: it has no more processes, threads or files for ssh.
                throw RemoteHostException.Of(target.Name, error);
            }
            catch (RemoteHostException error) when (error.IsOfBootstrap && way == Bootstrap.s_shell)
            {
                // It has no sh, or none that could do it. Why, the other way says, where that can't either.
                way = Bootstrap.s_engine;
            }
            catch (RemoteHostException error) when (error.IsPassing && end is { IsOver: false })
            {
                // Whoever was refused together is not to come again together.
                var wait = TimeSpan.FromSeconds(Random.Shared.NextDouble() * Math.Min(attempt, 4) / 2);
                canceled.WaitHandle.WaitOne(wait);
                canceled.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Ends ssh, unless a host was made of it.</summary>
    public void Dispose()
    {
        _clock.Dispose();
        _cancel.Dispose();
        if (!_isTaken)
        {
            End();
            _ssh.Exited.Wait();
            _ssh.Channel.Dispose();
            _errors.Finish();
        }
    }

    private static RemoteHost ConnectOnce(RemoteTarget target, Bootstrap way, SshConfiguration configuration, IDisposable? place, CancellationToken canceled)
    {
        var marker = Bootstrap.NewMarker();
        using var connector = new HostConnector(target, way.Command(target, marker), configuration, canceled);

        // The files that most hosts get are read while ssh connects.
        _ = Parcel.For(RuntimeInformation.RuntimeIdentifier);
        try
        {
            connector._clock.Set(target.ConnectTimeout);
            var hello = connector.ReadLine($"\n{marker}:");
            connector._isGreeted = true;
            place?.Dispose();
            connector._clock.Set(target.ConnectTimeout);
            connector.Enter(way, hello);
            connector._clock.Set(target.ConnectTimeout);
            var host = new RemoteHost(target, connector._ssh, connector._errors, RemoteHost.s_beat);
            connector._isTaken = true;
            try
            {
                host.Begin(canceled);
                return host;
            }
            catch
            {
                host.Close();
                throw;
            }
        }
        catch (Exception error) when (error is (IOException or ObjectDisposedException) and not (RemoteHostException or ProtocolException)
            && !ShortageException.IsBehind(error))
        {
            throw connector.Explain(marker);
        }
        catch (Exception error) when (error is ProtocolException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw connector.Wrong(RemoteHostFault.Unreachable, "what answers there is not what was sent to it.", isOfBootstrap: true);
        }
    }

    /// <summary>Sends stage 1, and what is missing there; the agent runs when this returns.</summary>
    private void Enter(Bootstrap way, string hello)
    {
        _ssh.Channel.Write(way.Stage1(_target, hello, out var parcel));
        var answer = ReadLine(null);
        for (var sent = 0; answer == "need" && sent < MaxParcels; sent++)
        {
            var packed = parcel.Packed;
            _ssh.Channel.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{packed.Length}\n")));

            // A slow line takes long; it has failed when nothing goes for the time that a connection may take.
            for (var at = 0; at < packed.Length; at += MaxNoise)
            {
                _clock.Set(_target.ConnectTimeout);
                _ssh.Channel.Write(packed.AsSpan(at, Math.Min(MaxNoise, packed.Length - at)));
            }

            // ssh takes some megabytes at once, and they have gone long after they were written.
            _clock.Set(_target.ConnectTimeout + TimeSpan.FromSeconds(packed.Length / SlowestLine));
            answer = ReadLine(null);
        }

        if (answer != "ready")
        {
            throw new RemoteHostException(
                _target.Name, RemoteHostFault.Unreachable,
                $"'{_target.Name}' could not take the module's files: {SshWords.Of(answer.StartsWith("fail ", StringComparison.Ordinal) ? answer[5..] : answer)}")
            {
                IsOfBootstrap = true,
            };
        }
    }

    /// <summary>Reads a line, or the one that a text begins, whatever comes before.</summary>
    /// <exception cref="EndOfStreamException">There is none.</exception>
    private string ReadLine(string? beginning)
    {
        while (true)
        {
            // The first line of all has no end before it.
            var text = "\n" + _noise;
            var start = beginning is null ? 1 : text.IndexOf(beginning, StringComparison.Ordinal);
            var from = start < 0 ? -1 : start + (beginning?.Length ?? 0);
            if (from >= 0 && text.IndexOf('\n', from) is >= 0 and var end)
            {
                _noise = text[(end + 1)..];
                return text[from..end].TrimEnd('\r');
            }

            if (_noise.Length > MaxNoise)
            {
                _noise = start < 0 ? _noise : throw new ProtocolException("an answer has no end");
                _noise = _noise[^(MaxNoise / 2)..];
            }

            // Behind the last line of all come the relay's frames, which are another's to read: not a byte more than the line.
            var read = _ssh.Channel.Read(_buffer, 0, beginning is null ? 1 : _buffer.Length);
            _noise += read > 0 ? Encoding.Latin1.GetString(_buffer, 0, read) : throw new EndOfStreamException();
        }
    }

    /// <summary>Why there was no marker, or no answer.</summary>
    private Exception Explain(string marker)
    {
        if (!_isOverTime && !_canceled.IsCancellationRequested)
        {
            // It has closed its output, and its code is about to follow.
            _ssh.Exited.Wait(s_patience, CancellationToken.None);
        }

        End();
        var status = _ssh.Exited.GetAwaiter().GetResult();
        _errors.Finish();
        if (_canceled.IsCancellationRequested)
        {
            return new OperationCanceledException(_canceled);
        }

        var said = SshWords.LastOf(_errors.Tail.Length > 0 ? _errors.Tail : _noise.Replace(marker, string.Empty, StringComparison.Ordinal));
        if (_isOverTime)
        {
            return Wrong(
                RemoteHostFault.Unreachable,
                string.Create(CultureInfo.InvariantCulture, $"no PowerShell answered within {_target.ConnectTimeout.TotalSeconds:0.##} s (-ConnectTimeout).{(said.Length > 0 ? $" Until then came: {said}" : string.Empty)}"));
        }

        if (SshCommand.HasFailed(status))
        {
            // A program there that is killed, as a runtime is by itself that can't load the agent, comes out so, too.
            return Wrong(RemoteHostFault.Unreachable, $"ssh ended with {status}: {said}", IsBusy(said), _isGreeted);
        }

        var engine = _target.EnginePath ?? "pwsh";
        return s_notFound.Contains(status.Code) || said.Contains(engine, StringComparison.Ordinal)
            ? Wrong(
                RemoteHostFault.EngineNotFound,
                $"'{engine}' could not be run there ({status}): {said} Install PowerShell {Bootstrap.s_oldest} or later on it, or name its program with -EnginePath.", isOfBootstrap: true)
            : Wrong(RemoteHostFault.Unreachable, $"its login shell ended before PowerShell answered ({status}). {(said.Length > 0 ? said : "It said nothing.")}", isOfBootstrap: true);
    }

    /// <summary>
    /// Whether a sshd, the host's or a jump host's, had too many connections that were not authenticated yet. The line ends in the same way
    /// where the way to the host doesn't lead there at all, of which the jump host's ssh then has told.
    /// </summary>
    private bool IsBusy(string said) =>
        HasOneOf(said, s_busy) && !HasOneOf(said, s_final)
        && !(_proxy is not null && _errors.Tail.Split('\n').Any(line => HasOneOf(line, s_missing) && line.Contains(_proxy, StringComparison.Ordinal)));

    private static bool HasOneOf(string text, string[] words) => Array.Exists(words, word => text.Contains(word, StringComparison.Ordinal));

    private RemoteHostException Wrong(RemoteHostFault fault, string what, bool isPassing = false, bool isOfBootstrap = false) =>
        new(_target.Name, fault, $"'{_target.Name}' can't be used: {what}") { IsPassing = isPassing, IsOfBootstrap = isOfBootstrap };

    private void End()
    {
        if (!_ssh.Exited.IsCompleted)
        {
            ProcessPlatform.Current.SignalTrees([_ssh.ProcessId], force: true);
        }
    }
}
