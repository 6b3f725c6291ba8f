using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency.Commands;

/// <summary>Starts a child process: a new one, one for each row of a table, or those that New-ChildProcess made.</summary>
[Cmdlet(VerbsLifecycle.Start, "ChildProcess", DefaultParameterSetName = "ScriptBlock", SupportsShouldProcess = true)]
[OutputType(typeof(ChildProcess))]
public sealed class StartChildProcessCommand : LaunchCommand
{
    private const string ProcessSet = "Process";

    // Of the common parameters, those that the call for a row is to have, too: what it writes goes past this one's streams.
    private static readonly string[] s_passedOn = ["Verbose", "Debug", "ErrorAction", "WarningAction", "WhatIf", "Confirm"];
    private readonly List<ChildProcess> _remote = [];
    private HostConnections? _hosts;

    /// <summary>Processes to start that New-ChildProcess made, or their names; or rows, each with what a new one is to run.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ProcessSet)]
    [Alias("Process")]
    [ArgumentCompleter(typeof(ChildProcessNameCompleter))]
    [SupportsWildcards]
    [Takes<ChildProcessSource>(Many = true)]
    public ChildProcessSource[]? ChildProcess { get; set; }

    private protected override void Process()
    {
        base.Process();
        if (IsRemote && ChildProcess is not null)
        {
            throw Errors.HostNameWithChildProcess(nameof(HostName));
        }

        foreach (var source in ChildProcess ?? [])
        {
            if (source.Row is not null)
            {
                Start(source);
                continue;
            }

            if (s_ofSsh.FirstOrDefault(name => name != nameof(ConnectThrottle) && MyInvocation.BoundParameters.ContainsKey(name)) is { } given)
            {
                throw Errors.HostNameWithChildProcess(given);
            }

            foreach (var process in source.Reference!.Resolve(WriteError))
            {
                if (process.Target is null)
                {
                    Start(process);
                }
                else if (ShouldProcess(process.Name, "Start"))
                {
                    // All of them side by side, when the last is there: one that can't be reached holds up no other.
                    _remote.Add(process);
                }
            }
        }
    }

    /// <summary>Starts what a row says, by this cmdlet: so it is checked as what is typed.</summary>
    private void Start(ChildProcessSource row)
    {
        var own = MyInvocation.MyCommand.Parameters.Values.Where(static parameter =>
            !CommonParameters.Contains(parameter.Name) && !OptionalCommonParameters.Contains(parameter.Name) && parameter.Name is not (nameof(ChildProcess) or nameof(InputObject)));
        try
        {
            var arguments = row.ArgumentsFor(own);
            foreach (var name in s_passedOn.Concat(arguments.ContainsKey(nameof(HostName)) ? s_ofSsh : []).Where(MyInvocation.BoundParameters.ContainsKey))
            {
                arguments.TryAdd(name, MyInvocation.BoundParameters[name]);
            }

            BlockInvoker.Call(this, MyInvocation.MyCommand, arguments);
        }
        catch (RuntimeException error) when (error is not PipelineStoppedException && !Canceled.IsCancellationRequested)
        {
            WriteError(error.ErrorRecord);
        }
        catch (CallerException error)
        {
            WriteError(error.Record);
        }
    }

    private protected override void End()
    {
        StartAll(_remote, throwsAlone: false);
        if (ParameterSetName != ProcessSet && ShouldProcess(Name ?? "child process", "Start"))
        {
            var processes = new List<ChildProcess>();
            try
            {
                foreach (var process in Create())
                {
                    processes.Add(process);
                }

                StartAll(processes, throwsAlone: true);
            }
            finally
            {
                // What was not started, because of an error or a Ctrl-C, is in nobody's hands.
                processes.FindAll(static process => !process.IsStarted || process.ProcessId is null).ForEach(static process => process.Dispose());
            }
        }
    }

    /// <param name="processes">What to start.</param>
    /// <param name="throwsAlone">The error of one that is the only one ends the command.</param>
    private void StartAll(List<ChildProcess> processes, bool throwsAlone)
    {
        Connect(processes);
        var starts = processes.ConvertAll(process => process.Target is null || processes.Count == 1 ? null : LaunchApart(process));
        try
        {
            foreach (var (process, start) in processes.Zip(starts))
            {
                try
                {
                    if (start is null)
                    {
                        process.Launch(Canceled);
                    }
                    else
                    {
                        start.GetAwaiter().GetResult();
                    }

                    WriteObject(process);
                }
                catch (CallerException error) when (!throwsAlone || processes.Count > 1)
                {
                    WriteError(error.Record);
                }
            }
        }
        finally
        {
            // However this ends, nothing is started behind the caller's back: the others' starts end by a stop, too.
            foreach (var start in starts.OfType<Task>())
            {
                Task.WaitAny(start);
            }
        }
    }

    /// <summary>Starts one on another machine, on a thread of its own: a machine that hangs holds up no other's.</summary>
    private Task LaunchApart(ChildProcess process)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Background.StartOrQueue($"start of '{process.Name}'", () =>
        {
            try
            {
                if (!process.IsStarted && _hosts?.ErrorOf(process.Target!) is { } fault)
                {
                    throw process.Refuse(fault);
                }

                process.Launch(Canceled);
                started.SetResult();
            }
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }

    /// <summary>Connects to several hosts side by side, for those that can't be reached take long.</summary>
    private void Connect(List<ChildProcess> processes)
    {
        if (processes.Count > 1)
        {
            var throttle = MyInvocation.BoundParameters.ContainsKey(nameof(ConnectThrottle)) ? ConnectThrottle : processes.Min(static process => process.ConnectThrottle);
            _hosts = new HostConnections(processes.Select(static process => process.Target).OfType<RemoteTarget>(), Places.ForHosts(throttle));
            _hosts.Wait(Canceled);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _hosts?.Dispose();
        base.Dispose(disposing);
    }

    private void Start(ChildProcess process)
    {
        if (ShouldProcess(process.Name, "Start"))
        {
            try
            {
                process.Launch(Canceled);
                WriteObject(process);
            }
            catch (CallerException error)
            {
                WriteError(error.Record);
            }
        }
    }
}
