using System.Management.Automation;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency;

/// <summary>What can be wrong with hosts that are reached over ssh.</summary>
internal static partial class Errors
{
    internal static CallerException InvalidHostName(FormatException reason, string text) => Thrown(
        new ArgumentException(reason.Message), "InvalidHostName", ErrorCategory.InvalidArgument, text);

    internal static CallerException NoHostName(string parameter) => Thrown(
        new ArgumentException($"-{parameter} says how ssh connects, but no -HostName is given. Name the hosts, or leave it out."),
        "NoHostName", ErrorCategory.InvalidArgument, parameter);

    internal static CallerException NoHostForEach() => Thrown(
        new ArgumentException("-OnEachHost runs the block on the hosts of -HostName, but none is given."), "NoHostName", ErrorCategory.InvalidArgument, null);

    internal static CallerException HostNameWithPool() => Thrown(
        new ArgumentException("-HostName and -Pool are given: a pool's hosts are those of its workers. Give -HostName to New-ProcPool."),
        "HostNameWithPool", ErrorCategory.InvalidArgument, null);

    internal static CallerException WorkerSettingWithPool(string[] parameters) => Thrown(
        new ArgumentException($"-Pool and {string.Join(", ", parameters.Select(static name => $"-{name}"))} are given: a pool's workers are as New-ProcPool was told. Give such a setting there, or leave out -Pool."),
        "WorkerSettingWithPool", ErrorCategory.InvalidArgument, null);

    internal static CallerException HostNameWithChildProcess(string parameter) => Thrown(
        new ArgumentException($"-{parameter} and -ChildProcess are given: a child runs where it was made for. Give -{parameter} to New-ChildProcess."),
        "HostNameWithChildProcess", ErrorCategory.InvalidArgument, null);

    internal static ErrorRecord AmbiguousProcessId(int id, IEnumerable<Jobs.ChildProcess> processes) => Of(
        new ArgumentException($"Several child processes have the process id {id}: {string.Join(", ", processes.Select(static process => $"'{process.Name}' on {process.Location}"))}. Choose by name or -Id."),
        "AmbiguousProcessId", ErrorCategory.InvalidArgument, id);

    internal static CallerException InvalidSshOption(string name) => Thrown(
        new ArgumentException($"-SshOption can't set '{name}': a name is one of ssh_config's, such as ProxyJump, and its value is a text of one line."),
        "InvalidSshOption", ErrorCategory.InvalidArgument, name);

    internal static CallerException KeyFileNotFound(string path) => Thrown(
        new FileNotFoundException($"There is no key file '{path}'. -KeyFilePath takes the file of a private key, as ssh -i does.", path),
        "KeyFileNotFound", ErrorCategory.ObjectNotFound, path);

    /// <summary>The error that a worker tells as its reason; one of its own where the bytes are none, for a host may send anything.</summary>
    /// <param name="reason">The bytes.</param>
    internal static ErrorRecord ToldBy(byte[] reason)
    {
        try
        {
            return new ValueReader(reason, SessionValues.Context).Read() as ErrorRecord
                ?? throw new ValueFormatException("A worker could not do what it was to do, and what it sent as its reason is no error.");
        }
        catch (ValueFormatException error)
        {
            return NotReadable(error, null);
        }
    }

    /// <summary>A host can't be used.</summary>
    internal static ErrorRecord OfHost(RemoteHostException error)
    {
        var record = RecordOf(error);
        _ = Jobs.Origin.MarkHost(record, error.HostName, isOutput: false);
        return record;
    }

    private static ErrorRecord RecordOf(RemoteHostException error) => error.Fault switch
    {
        RemoteHostFault.StartFailed when error.Reason is { } reason => ToldBy(reason),
        RemoteHostFault.StartFailed when error.InnerException is WorkerCrashedException death => WorkersDoNotStart(death, error.HostName),
        RemoteHostFault.StartFailed => Of(error, "WorkerStartFailed", ErrorCategory.ResourceUnavailable, error.HostName),
        RemoteHostFault.EngineNotFound => Of(error, "EngineNotFound", ErrorCategory.ObjectNotFound, error.HostName),
        RemoteHostFault.EngineTooOld => Of(error, "EngineTooOld", ErrorCategory.NotInstalled, error.HostName),
        RemoteHostFault.NoSsh => Of(error, "SshNotFound", ErrorCategory.NotInstalled, error.HostName),
        _ => Of(error, "HostUnreachable", ErrorCategory.ConnectionError, error.HostName),
    };

    /// <summary>No worker of a pool comes up, on the machine that is its only or its last one.</summary>
    internal static CallerException WorkersDoNotStart(WorkerCrash crash) =>
        crash.HostName is null ? new(WorkersDoNotStart(LastDeath(crash), null)) : new(OfHost(SickHost(crash)));

    /// <summary>No worker comes up on one of the machines of a pool.</summary>
    internal static RemoteHostException SickHost(WorkerCrash crash)
    {
        var death = LastDeath(crash);
        return new RemoteHostException(crash.HostName ?? Runtime.Remote.RemoteTarget.ThisMachine, RemoteHostFault.StartFailed, death.Message, death);
    }

    private static ErrorRecord WorkersDoNotStart(WorkerCrashedException death, string? hostName) =>
        Of(death, "WorkerStartFailed", ErrorCategory.ResourceUnavailable, hostName);

    private static WorkerCrashedException LastDeath(WorkerCrash crash) => new(
        $"The pool's workers {(crash.HostName is { } host ? $"on '{host}' " : string.Empty)}do not start: the last one ended with {crash.Status} before it took a task. See whether -EnginePath, -Environment or -InitializationScript ends them: Start-ChildProcess with the same shows how.{Tail(crash.Output)}",
        crash.ProcessId, crash.Status.Code);

    /// <summary>A child's host was lost while it ran.</summary>
    internal static ErrorRecord HostLost(object process, string name, int processId, string host, string loss) => Of(
        new RemoteHostException(host, RemoteHostFault.Unreachable, $"{loss} The child process '{name}' ({processId}) ends there, and what it has not sent is lost."),
        "HostUnreachable", ErrorCategory.ConnectionError, process);
}
