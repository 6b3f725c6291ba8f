using System.Management.Automation;
using System.Management.Automation.Language;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Sync;
using ProcConcurrency.Values;

namespace ProcConcurrency;

/// <summary>Carries an error record out of code that has no cmdlet at hand, to the cmdlet that writes it.</summary>
internal sealed class CallerException(ErrorRecord record) : Exception(record.Exception.Message, record.Exception)
{
    internal ErrorRecord Record { get; } = record;
}

/// <summary>A child or a worker ended in a way that its script did not choose.</summary>
public sealed class WorkerCrashedException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="processId">The process.</param>
    /// <param name="exitCode">Its exit code; -N where signal N ended it.</param>
    public WorkerCrashedException(string message, int processId, int exitCode)
        : base(message)
    {
        ProcessId = processId;
        ExitCode = exitCode;
    }

    /// <summary>The id of the process that died.</summary>
    public int ProcessId { get; }

    /// <summary>Its exit code; -N where signal N ended it.</summary>
    public int ExitCode { get; }
}

/// <summary>A child ran longer than it was allowed to.</summary>
public sealed class TimeLimitException : TimeoutException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="processId">The process.</param>
    /// <param name="limit">How long it was allowed to run.</param>
    public TimeLimitException(string message, int processId, TimeSpan limit)
        : base(message)
    {
        ProcessId = processId;
        Limit = limit;
    }

    /// <summary>The id of the process that was ended.</summary>
    public int ProcessId { get; }

    /// <summary>How long it was allowed to run.</summary>
    public TimeSpan Limit { get; }
}

/// <summary>Every error record of the module is made here: one id, one category, and a message that says what to do.</summary>
internal static partial class Errors
{
    internal static ErrorRecord Of(Exception exception, string id, ErrorCategory category, object? target) => new(exception, id, category, target);

    /// <summary>The same error as a record of its own: one takes on the command that writes it first, and keeps that.</summary>
    internal static ErrorRecord Again(ErrorRecord error) => new(error, null);

    internal static CallerException FileNotFound(string path, bool isProgram = false) =>
        Thrown(new FileNotFoundException($"The script file '{path}' does not exist.{(isProgram ? " There is a program of that name, which -Command runs." : string.Empty)}", path), "FileNotFound", ErrorCategory.ObjectNotFound, path);

    internal static CallerException WorkingDirectoryNotFound(string path) => Thrown(
        new DirectoryNotFoundException($"The working directory '{path}' does not exist or is no file system folder."),
        "WorkingDirectoryNotFound", ErrorCategory.ObjectNotFound, path);

    internal static CallerException ModuleNotFound(string name) => Thrown(
        new FileNotFoundException($"There is no module '{name}' that a child could import. -Module takes the name of a module on PSModulePath, or a path."),
        "ModuleNotFound", ErrorCategory.ObjectNotFound, name);

    internal static CallerException InvalidEnvironment(string name) => Thrown(
        new ArgumentException($"-Environment can't set '{name}': a name is not empty and has no '='; neither name nor value has a null character."),
        "InvalidEnvironment", ErrorCategory.InvalidArgument, name);

    internal static CallerException InvalidParameterName(object name) => Thrown(
        new ArgumentException($"-Parameters has the key '{name}' ({name.GetType().Name}): the name of a parameter is text."),
        "InvalidParameterName", ErrorCategory.InvalidArgument, name);

    internal static CallerException ParseFailed(ParseException exception, object? target) =>
        Thrown(exception, "ScriptParseFailed", ErrorCategory.ParserError, target);

    internal static CallerException NotAScript(string path) => Thrown(
        new ArgumentException($"'{path}' is no text, so no PowerShell script. -FilePath takes a script file; -Command runs a program."),
        "NotAScript", ErrorCategory.InvalidArgument, path);

    internal static CallerException CommandNotFound(string name) => Thrown(
        new CommandNotFoundException($"There is no command '{name}' to run in the child. -Command takes the name of a function, cmdlet, script or program."),
        "CommandNotFound", ErrorCategory.ObjectNotFound, name);

    internal static CallerException TypeHasNoRun(Type type) => Thrown(
        new ArgumentException($"The class '{type.Name}' has no method Run() without parameters, which a child would call."),
        "TypeHasNoRun", ErrorCategory.InvalidType, type);

    internal static CallerException TypeSourceNotFound(Type type) => Thrown(
        new ArgumentException($"'{type.FullName}' can't be taken to a child: it is no class written in PowerShell, or one whose source can't be told. Put it in a module and use -Module with -ScriptBlock."),
        "TypeSourceNotFound", ErrorCategory.InvalidType, type);

    internal static CallerException UsingVariableNotFound(string name, IScriptExtent extent) => Thrown(
        new ItemNotFoundException($"'$using:{name}' stands in the block, but the variable '${name}' has not been set here."),
        "UsingVariableNotFound", ErrorCategory.ObjectNotFound, extent.Text);

    internal static CallerException UsingPipelineVariable(string name, IScriptExtent extent) => Thrown(
        new InvalidOperationException($"'$using:{name}' stands in the block, but '{name}' is a -PipelineVariable of a step before: it has another value for each input, and a pool reads its input ahead. Put the value into the input, as in [pscustomobject]@{{ {name} = ${name} }}, and read it from $_."),
        "UsingPipelineVariable", ErrorCategory.InvalidArgument, extent.Text);

    internal static CallerException CommandSourceNotFound(string name) => Thrown(
        new ArgumentException($"The block calls '{name}', which is in an assembly that has no file, so that a child can't load it. Define it in -InitializationScript, or put it in a module."),
        "CommandSourceNotFound", ErrorCategory.ObjectNotFound, name);

    internal static CallerException EngineNotFound(EngineNotFoundException exception, object? target) =>
        Thrown(exception, "EngineNotFound", ErrorCategory.ObjectNotFound, target);

    internal static CallerException LanguageModeRefused(PSLanguageMode mode) => Thrown(
        new PSNotSupportedException($"This session is in {mode} mode, where no script block may run; it may run none in a child process either."),
        "LanguageModeRefused", ErrorCategory.PermissionDenied, mode);

    internal static CallerException CommandsRestricted() => Thrown(
        new PSNotSupportedException("Commands, scripts or programs are hidden from this session, as in an endpoint of Just Enough Administration. "
            + "A child process would have all of them, and with them more rights than its caller, so none is started."),
        "CommandsRestricted", ErrorCategory.PermissionDenied, null);

    internal static CallerException WorkerStartFailed(Exception exception, object? target) =>
        Thrown(exception, "WorkerStartFailed", ErrorCategory.ResourceUnavailable, target);

    internal static CallerException NotSerializable(Exception exception, object? target) =>
        Thrown(exception, "NotSerializable", ErrorCategory.InvalidArgument, target);

    internal static CallerException InvalidName(string name) => Thrown(
        new ArgumentException($"'{name}' can't be the name of a child process: *, ? and [ ] stand for other characters where names are given."),
        "InvalidName", ErrorCategory.InvalidArgument, name);

    internal static CallerException NameInUse(string name) => Thrown(
        new ArgumentException($"There is a child process with the name '{name}' already. Choose another, or remove that one with Remove-Job -Name '{name}'."),
        "NameInUse", ErrorCategory.ResourceExists, name);

    internal static CallerException AlreadyStarted(object process, string name) => Thrown(
        new InvalidOperationException($"The child process '{name}' was started before. A child runs once; make a new one."),
        "AlreadyStarted", ErrorCategory.InvalidOperation, process);

    internal static CallerException SettingAfterStart(object process, string name, string setting) => Thrown(
        new InvalidOperationException($"{setting} of the child process '{name}' can't be changed after it was started. Make a new one with New-ChildProcess, and set it before the start."),
        "SettingAfterStart", ErrorCategory.InvalidOperation, process);

    internal static CallerException ThrottleLimitOutOfRange(int value, int most) => Thrown(
        new ArgumentOutOfRangeException(null, $"-ThrottleLimit is the number of worker processes, from 1 to {most}; {value} is not."),
        "ThrottleLimitOutOfRange", ErrorCategory.InvalidArgument, value);

    internal static CallerException NothingToWaitFor() => Thrown(
        new InvalidOperationException("There is no child process to wait for. Name one, or start one with Start-ChildProcess."),
        "NothingToWaitFor", ErrorCategory.ObjectNotFound, null);

    internal static ErrorRecord NotStarted(object process, string name) => Of(
        new InvalidOperationException($"The child process '{name}' has not been started. Start it with Start-ChildProcess -ChildProcess."),
        "NotStarted", ErrorCategory.InvalidOperation, process);

    internal static ErrorRecord AlreadyEnded(object process, string name, string status) => Of(
        new InvalidOperationException($"The child process '{name}' has ended before, with {status}: there is nothing to stop."),
        "AlreadyEnded", ErrorCategory.InvalidOperation, process);

    internal static ErrorRecord ProcessNotFound(object key) => Of(
        new ItemNotFoundException($"There is no child process '{key}' in this session. Get-ChildProcess lists them."),
        "ProcessNotFound", ErrorCategory.ObjectNotFound, key);

    internal static ErrorRecord NoSuchJobId(int id) => Of(
        new ItemNotFoundException($"There is no child process whose job has the id {id} in this session. Get-ChildProcess lists them; -ProcessId takes the operating system's ids."),
        "ProcessNotFound", ErrorCategory.ObjectNotFound, id);

    internal static ErrorRecord NoSuchProcessId(int id) => Of(
        new ItemNotFoundException($"There is no child process with the process id {id} in this session. Get-ChildProcess lists them; -Id takes the ids of jobs."),
        "ProcessNotFound", ErrorCategory.ObjectNotFound, id);

    internal static ErrorRecord WaitTimeout(object process, string name, TimeSpan timeout) => Of(
        new TimeoutException($"The child process '{name}' was still running after {Seconds(timeout)}. It goes on; wait again, or end it with Stop-ChildProcess."),
        "WaitTimeout", ErrorCategory.OperationTimeout, process);

    internal static ErrorRecord ChildCrashed(object process, string name, int processId, ExitStatus status, string output) => Of(
        new WorkerCrashedException($"The child process '{name}' ({processId}) was ended by {status} before its script was done.{Tail(output)}", processId, status.Code),
        "WorkerCrashed", ErrorCategory.OperationStopped, process);

    internal static ErrorRecord TimeLimitReached(object process, string name, int processId, TimeSpan limit) => Of(
        new TimeLimitException(
            $"The child process '{name}' ({processId}) still ran after {Seconds(limit)}, its -TimeLimit, and was ended with all below it.", processId, limit),
        "TimeLimitReached", ErrorCategory.OperationTimeout, process);

    internal static ErrorRecord TaskTimeout(object item, string name, PoolTask task) => Of(
        new TimeLimitException(
            $"The task '{name}' still ran after {Seconds(task.TimeLimit!.Value)}, its -TaskTimeout, and its worker {task.ProcessId} was ended with all below it.",
            task.ProcessId, task.TimeLimit.Value),
        "TaskTimeout", ErrorCategory.OperationTimeout, item);

    internal static ErrorRecord TaskCanceled(object item, string name) => Of(
        new OperationCanceledException($"The task '{name}' was called off before it was done."),
        "TaskCanceled", ErrorCategory.OperationStopped, item);

    internal static CallerException TaskNotCompleted(ProcTask task) => Thrown(
        new InvalidOperationException($"The task '{task.Name}' is not over yet. Wait-ProcTask waits for it."),
        "TaskNotCompleted", ErrorCategory.InvalidOperation, task);

    internal static ErrorRecord TaskWaitTimeout(ProcTask task, TimeSpan timeout) => Of(
        new TimeoutException($"The task '{task.Name}' was not over after {Seconds(timeout)}. It goes on; wait again, or end it with Stop-ProcTask."),
        "WaitTimeout", ErrorCategory.OperationTimeout, task);

    internal static ErrorRecord TaskEnded(ProcTask task, TimeSpan timeout) => Of(
        new TimeoutException($"The task '{task.Name}' was not over after {Seconds(timeout)}, and was called off."),
        "WaitTimeout", ErrorCategory.OperationTimeout, task);

    internal static ErrorRecord ResultsLost(string what, object? target, Exception error) => Of(
        new IOException($"What {what} wrote lay in a temporary file that can't be read back: {error.Message}", error),
        "ResultsLost", ErrorCategory.ReadError, target);

    internal static ErrorRecord CallbackFailed(ProcTask task, string name, Exception error) => Of(
        new InvalidOperationException($"The callback of the task '{name}' failed: {error.Message}", error),
        "CallbackFailed", ErrorCategory.InvalidResult, task);

    internal static CallerException PoolClosed(ProcPool pool) => Thrown(
        new InvalidOperationException($"The pool '{pool.Name}' takes no more tasks: it is {pool.State.ToLowerInvariant()}. Make another with New-ProcPool."),
        "PoolClosed", ErrorCategory.InvalidOperation, pool);

    internal static ErrorRecord PoolNotClosed(ProcPool pool) => Of(
        new InvalidOperationException($"The pool '{pool.Name}' still takes tasks, so a wait for its end would never be over. Close it first, with Close-ProcPool; Wait-ProcTask waits for tasks."),
        "PoolNotClosed", ErrorCategory.InvalidOperation, pool);

    internal static ErrorRecord PoolWaitTimeout(ProcPool pool, TimeSpan timeout) => Of(
        new TimeoutException($"The pool '{pool.Name}' was not done after {Seconds(timeout)}. It goes on; wait again, or end it with Stop-ProcPool."),
        "WaitTimeout", ErrorCategory.OperationTimeout, pool);

    internal static ErrorRecord PoolNotFound(string name) => Of(
        new ItemNotFoundException($"There is no pool '{name}' in this session. Get-ProcPool lists them."),
        "PoolNotFound", ErrorCategory.ObjectNotFound, name);

    internal static ErrorRecord TaskNotFound(string name) => Of(
        new ItemNotFoundException($"There is no task '{name}' in a pool of this session. Get-ProcTask lists them."),
        "TaskNotFound", ErrorCategory.ObjectNotFound, name);

    internal static CallerException InvalidPoolName(string name) => Thrown(
        new ArgumentException($"'{name}' can't be the name of a pool: it is empty, or has *, ? or [ ], which stand for other characters where names are given."),
        "InvalidName", ErrorCategory.InvalidArgument, name);

    internal static CallerException PoolNameInUse(string name) => Thrown(
        new ArgumentException($"There is a pool with the name '{name}' already. Choose another, or end that one with Stop-ProcPool '{name}'."),
        "NameInUse", ErrorCategory.ResourceExists, name);

    internal static CallerException PoolSizeOutOfRange(string what, int value, int least, int most) => Thrown(
        new ArgumentOutOfRangeException(null, $"{what} is a number of worker processes, from {least} to {most}; {value} is not."),
        "PoolSizeOutOfRange", ErrorCategory.InvalidArgument, value);

    internal static CallerException ObjectNotFound(string name, string kinds, string? columns = null) => new(NoSuchObject(name, kinds, columns));

    internal static CallerException ObjectElsewhere(string row) => Thrown(
        new ItemNotFoundException($"The shared object with {row} belongs to another session, or to a manager. Start-ProcManager shares objects between sessions, which open them by -Name; the blocks of Start-ChildProcess, Invoke-ProcPool and Submit-ProcTask take the objects themselves along."),
        "ObjectNotFound", ErrorCategory.ObjectNotFound, row);

    internal static ErrorRecord NoSuchObject(string name, string kinds = "shared object", string? columns = null) => Of(
        new ItemNotFoundException($"There is no {kinds} with {columns ?? $"the name '{name}'"}. Get-ProcObject lists what there is; New-ProcLock and its like make or open one with -Name."),
        "ObjectNotFound", ErrorCategory.ObjectNotFound, name);

    internal static CallerException WrongKind(ProcObject item, string kinds) => Thrown(
        new ArgumentException($"{item} is no {kinds}, which this command takes."),
        "WrongKind", ErrorCategory.InvalidArgument, item);

    internal static CallerException ObjectWaitTimeout(ProcObject item, TimeSpan timeout) => Thrown(
        new TimeoutException($"Waiting for {item} took longer than {Seconds(timeout)}{(item is ProcLock waited && ProcLock.HolderOf(waited) is { } holder ? $": {holder} holds it" : string.Empty)}. Wait longer, or see by Get-ProcObject how it stands."),
        "WaitTimeout", ErrorCategory.OperationTimeout, item);

    internal static CallerException NameWaitTimeout(string name, TimeSpan timeout) => Thrown(
        new TimeoutException($"Looking up '{name}' took longer than {Seconds(timeout)}: the session whose object it is does not answer."),
        "WaitTimeout", ErrorCategory.OperationTimeout, name);

    internal static CallerException QueueFull(ProcQueue queue, TimeSpan timeout, object? item) => Thrown(
        new QueueFullException($"{queue} had no room for the item{Within(timeout)}. Its receivers are slower than its senders: wait longer, or see whether they live."),
        "QueueFull", ErrorCategory.ResourceBusy, item);

    internal static CallerException QueueEmpty(ProcQueue queue, TimeSpan timeout) => Thrown(
        new QueueEmptyException($"{queue} had no item{Within(timeout)}."), "QueueEmpty", ErrorCategory.ResourceUnavailable, queue);

    internal static CallerException FullOfUnreadable(ProcQueue queue) => Thrown(
        new ValueNotReadableException($"{queue} is full of items that can't be read in this process: nothing more can come until another process receives one of them."),
        "ValueNotReadable", ErrorCategory.InvalidData, queue);

    internal static CallerException InvalidArray(Exception error, object? target) => Thrown(
        error, "InvalidArray", ErrorCategory.InvalidArgument, target);

    internal static CallerException ManagerNotReached(string address, Exception error) => Thrown(
        new IOException($"The manager at '{address}' can't be reached: {WhyNotReached(error)}. See whether it still runs, and whether the address is right.", error),
        "ManagerNotReached", ErrorCategory.ConnectionError, address);

    internal static CallerException AuthenticationFailed(string address, Exception error) => Thrown(
        new System.Security.Authentication.AuthenticationException($"'{address}' was not connected to: {error.Message} Give the key of the one who listens there with -AuthKey.", error),
        "AuthenticationFailed", ErrorCategory.AuthenticationError, address);

    internal static CallerException ManagerAddress(string address, Exception error) => Thrown(
        error, "InvalidAddress", ErrorCategory.InvalidArgument, address);

    internal static CallerException InsecureAddress(string address, Exception error) => Thrown(
        error, "InsecureAddress", ErrorCategory.SecurityError, address);

    internal static CallerException CertificateRefused(string address, Exception error) => Thrown(
        new System.Security.SecurityException($"'{address}' was not connected to: {error.Message}", error), "CertificateRefused", ErrorCategory.SecurityError, address);

    internal static CallerException CertificateWithoutKey(X509Certificate2 certificate, Exception? error = null) => Thrown(
        new ArgumentException($"The certificate '{certificate.Subject}' has no private key that can be used here{(error is null ? string.Empty : $": {error.Message.TrimEnd('.')}")}.", error),
        "CertificateWithoutKey", ErrorCategory.InvalidArgument, certificate);

    internal static CallerException ManagerStartFailed(Exception error, object? target) => Thrown(
        error, "ManagerStartFailed", ErrorCategory.OpenError, target);

    internal static CallerException PipeWaitTimeout(object target, TimeSpan timeout) => Thrown(
        new TimeoutException($"Nothing came at {target} within {Seconds(timeout)}. Wait longer, or see whether the other side lives."), "WaitTimeout", ErrorCategory.OperationTimeout, target);

    internal static CallerException PipeFull(ProcPipe pipe, TimeSpan timeout) => Thrown(
        new TimeoutException($"The other end made no room within {Seconds(timeout)}. Nothing of the message was sent."),
        "WaitTimeout", ErrorCategory.OperationTimeout, pipe);

    internal static CallerException ListenerStartFailed(string? address, Exception error) => Thrown(
        new IOException($"{(address is null ? "A socket" : $"'{address}'")} can't be listened on: {error.Message.TrimEnd('.')}.", error),
        "ListenerStartFailed", ErrorCategory.OpenError, address);

    internal static CallerException ListenerNotReached(string address, Exception error) => Thrown(
        new IOException($"The listener at '{address}' can't be reached: {WhyNotReached(error)}. See whether it still runs, and whether the address is right.", error),
        "ListenerNotReached", ErrorCategory.ConnectionError, address);

    internal static ErrorRecord ManagerEnded(object manager) => Of(
        new InvalidOperationException("The manager has ended before: there is nothing to stop."), "AlreadyEnded", ErrorCategory.InvalidOperation, manager);

    internal static ErrorRecord InvalidTimelineRecord(object record, string fault) => Of(
        new ArgumentException($"The object is no record of a pool's task that is over: {fault}. Invoke-ProcPool -Detailed writes such records, with an Index and a Status (Done, Failed, TimedOut, Canceled or Lost). A pool is given by -Pool."),
        "InvalidTimelineRecord", ErrorCategory.InvalidData, record);

    internal static CallerException NotInFileSystem(string path) => Thrown(
        new ArgumentException($"'{path}' is no path in the file system."), "NotInFileSystem", ErrorCategory.InvalidArgument, path);

    internal static CallerException LogNotFound(string path) => Thrown(
        new FileNotFoundException($"There is no log '{path}'. Invoke-ProcPool -LogPath writes one.", path), "LogNotFound", ErrorCategory.ObjectNotFound, path);

    internal static CallerException NoClobber(string path) => Thrown(
        new IOException($"The file '{path}' is there already, and -NoClobber was given."), "NoClobber", ErrorCategory.ResourceExists, path);

    internal static CallerException FileOpenFailure(string path, Exception exception) =>
        Thrown(exception, "FileOpenFailure", ErrorCategory.OpenError, path);

    internal static ErrorRecord NotReadable(ValueFormatException error, object? target) => Of(error, "ValueNotReadable", ErrorCategory.InvalidData, target);

    /// <summary>The record for what a hub refused; null for any other exception.</summary>
    internal static ErrorRecord? OfHub(Exception exception, object? target = null) => exception switch
    {
        ObjectGoneException => Of(exception, "ObjectGone", ErrorCategory.ObjectNotFound, target),
        NameInUseException => Of(exception, "NameInUse", ErrorCategory.ResourceExists, target),
        LockRecursionException => Of(exception, "LockRecursion", ErrorCategory.DeadlockDetected, target),
        LockNotHeldException => Of(exception, "LockNotHeld", ErrorCategory.InvalidOperation, target),
        SemaphoreFullException => Of(exception, "SemaphoreOverRelease", ErrorCategory.LimitsExceeded, target),
        BarrierBrokenException => Of(exception, "BarrierBroken", ErrorCategory.InvalidResult, target),
        QueueClosedException => Of(exception, "QueueClosed", ErrorCategory.ResourceUnavailable, target),
        TooManyCompletionsException => Of(exception, "TooManyCompletions", ErrorCategory.LimitsExceeded, target),
        PipeClosedException => Of(exception, "PipeClosed", ErrorCategory.ResourceUnavailable, target),
        InUseException => Of(exception, "PipeInUse", ErrorCategory.ResourceBusy, target),
        MessageTooLargeException => Of(exception, "MessageTooLarge", ErrorCategory.LimitsExceeded, target),
        PipeDirectionException => Of(exception, "PipeDirection", ErrorCategory.InvalidOperation, target),
        ArgumentException => Of(exception, "InvalidValue", ErrorCategory.InvalidArgument, target),
        ValueNotSerializableException => Of(exception, "NotSerializable", ErrorCategory.InvalidArgument, target),
        ValueFormatException unreadable => NotReadable(unreadable, target),
        _ => null,
    };

    private static string Within(TimeSpan timeout) => timeout == TimeSpan.Zero ? string.Empty : $" within {Seconds(timeout)}";

    private static string Tail(string output) => output.Length == 0 ? string.Empty : $" It last wrote: {output}";

    // To a Unix socket's file that isn't there the system says that an address can't be assigned.
    private static string WhyNotReached(Exception error) =>
        error is SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.ConnectionRefused }
            ? "nobody listens there"
            : error is SocketException { SocketErrorCode: SocketError.AccessDenied }
            ? "it is another user's: only who started it can connect by its socket's file, and others by tcp: and with a certificate"
            : error.Message.TrimEnd('.');

    private static CallerException Thrown(Exception exception, string id, ErrorCategory category, object? target) =>
        new(Of(exception, id, category, target));
}
