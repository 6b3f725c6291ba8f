using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Pools;

/// <summary>
/// The callbacks of one runspace, the one that submitted their tasks: they wait here until it is at a safe place, and run on its own
/// thread, one at a time. Another runspace doesn't take them: the engine would send each back, to wait for a thread that may itself wait.
/// </summary>
/// <remarks>Any thread adds; the runspace's own thread runs.</remarks>
internal sealed class CallbackQueue
{
    internal const string EventName = "ProcConcurrency.TaskCallback";
    private const int NotAsked = 0;
    private const int Asked = 1;
    private const int AskedAgain = 2;
    private readonly Runspace _runspace;
    private readonly PSEventManager _events;
    private readonly ConcurrentQueue<(ProcTask Task, ScriptBlock Block)> _waiting = [];
    private volatile bool _isRunning;

    // How many run what comes, such as cmdlets that wait.
    private int _waiters;

    // Whether the event manager has been asked to call, and has not called since: NotAsked, Asked, or AskedAgain.
    private int _asked;

    /// <param name="runspace">Whose callbacks they are.</param>
    /// <param name="events">Calls where the runspace is between two statements, or at the prompt.</param>
    internal CallbackQueue(Runspace runspace, PSEventManager events)
    {
        _runspace = runspace;
        _events = events;
        runspace.AvailabilityChanged += OnAvailabilityChanged;
    }

    /// <summary>Whether one runs now.</summary>
    internal bool IsRunning => _isRunning;

    /// <summary>Whether one waits that can run now.</summary>
    internal bool HasWaiting => !_isRunning && !_waiting.IsEmpty;

    /// <summary>A task is over: its callback for what came of it waits from now on.</summary>
    internal void Add(ProcTask task, ScriptBlock block)
    {
        _waiting.Enqueue((task, block));
        TaskNews.Tell();

        // It may have been unable to call before.
        Interlocked.CompareExchange(ref _asked, NotAsked, AskedAgain);
        Ask();
    }

    /// <summary>Somebody runs what comes from now on, until what is given is disposed: the event manager need not be asked.</summary>
    internal IDisposable BeginWait() => new Waiter(this);

    /// <summary>The event manager calls: what waits now, runs now.</summary>
    /// <inheritdoc cref="RunNext"/>
    internal void RunAsked(Action<ErrorRecord> onError)
    {
        Renew();
        RunAll(onError);
    }

    /// <summary>The event manager called where nothing can run: it is asked once more.</summary>
    internal void AskAgain()
    {
        Renew();
        Ask();
    }

    /// <summary>What the event manager was asked before counts no more.</summary>
    internal void Renew() => Interlocked.Exchange(ref _asked, NotAsked);

    /// <summary>Runs the next one. False where none waits, and within a callback.</summary>
    /// <param name="onError">Takes what it throws.</param>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped, and the callback with it.</exception>
    internal bool RunNext(Action<ErrorRecord> onError)
    {
        if (_isRunning || !_waiting.TryDequeue(out var next))
        {
            return false;
        }

        // Within this one nothing can run: what comes meanwhile is asked for when it ends.
        using var turn = BeginWait();
        _isRunning = true;
        try
        {
            if (Run(next.Task, next.Block) is { } error)
            {
                onError(error);
            }
        }
        finally
        {
            _isRunning = false;
            TaskNews.Tell();
        }

        return true;
    }

    /// <summary>Runs those that wait now. What comes meanwhile has its turn later: a callback may submit the next task, and so on for ever.</summary>
    /// <inheritdoc cref="RunNext"/>
    internal void RunAll(Action<ErrorRecord> onError) => RunUntil(new Deadline(null), onError);

    /// <summary>The same, as far as there is time.</summary>
    /// <inheritdoc cref="RunNext"/>
    internal void RunUntil(Deadline deadline, Action<ErrorRecord> onError)
    {
        using var turn = BeginWait();
        for (var left = _waiting.Count; left > 0 && !deadline.IsOver && RunNext(onError); left--)
        {
        }
    }

    /// <summary>
    /// Asks the event manager to call, once for all that wait, and not where a cmdlet does it. For what it is asked for stays in its
    /// queue until the next statement, and costs each statement something.
    /// </summary>
    private void Ask()
    {
        if (Volatile.Read(ref _waiters) == 0 && !_waiting.IsEmpty && Interlocked.CompareExchange(ref _asked, Asked, NotAsked) == NotAsked)
        {
            Generate();
        }
    }

    /// <summary>
    /// On a thread of its own, which in an idle runspace is held up by what it runs. Left to itself the engine has a thread of the pool do
    /// it, when that comes to it: perhaps while the runspace is being closed, and what goes wrong there ends the process.
    /// </summary>
    private void Generate() => Background.StartOrQueue("callbacks", GenerateHere, stackSize: 0);

    private void GenerateHere()
    {
        try
        {
            if (_runspace.RunspaceStateInfo.State == RunspaceState.Opened)
            {
                _events.GenerateEvent(EventName, null, [], null, processInCurrentThread: true, waitForCompletionInCurrentThread: false);
            }
        }
        catch (Exception)
        {
            // The runspace was reset or closed at that moment. What callbacks throw doesn't come here.
            Renew();
        }
    }

    /// <summary>
    /// A pipeline is over. The event manager starts one of its own for what it is asked for, but none while another still ends: what
    /// was asked for in that moment would wait for the user's next statement. So it is asked again: once, for it may be unable to call.
    /// </summary>
    private void OnAvailabilityChanged(object? sender, RunspaceAvailabilityEventArgs change)
    {
        if (_runspace.Events != _events)
        {
            // It was reset.
            _runspace.AvailabilityChanged -= OnAvailabilityChanged;
        }
        else if (change.RunspaceAvailability == RunspaceAvailability.Available
            && Interlocked.CompareExchange(ref _asked, AskedAgain, Asked) == Asked)
        {
            Generate();
        }
    }

    /// <summary>Runs a task's callback; gives what it threw. A <c>break</c> or <c>continue</c> in it ends it, and nothing around it.</summary>
    private static ErrorRecord? Run(ProcTask task, ScriptBlock block)
    {
        var results = task.Results.ToArray();
        var argument = task.IsSuccessful != true ? task.LastError : results.Length == 1 ? results[0] : results;
        try
        {
            block.InvokeWithContext(null, [new PSVariable("_", argument)], argument);
            return null;
        }
        catch (Exception error) when (error is not PipelineStoppedException)
        {
            return error is FlowControlException ? null : Errors.CallbackFailed(task, task.Name, error);
        }
    }

    private sealed class Waiter : IDisposable
    {
        private readonly CallbackQueue _queue;

        internal Waiter(CallbackQueue queue)
        {
            _queue = queue;
            Interlocked.Increment(ref queue._waiters);
        }

        public void Dispose()
        {
            Interlocked.Decrement(ref _queue._waiters);

            // What came since the last look here.
            _queue.Ask();
        }
    }
}

/// <summary>What is run in the session that submitted a task.</summary>
/// <param name="Queue">Where it waits.</param>
/// <param name="Done">What is run with the result; may be null.</param>
/// <param name="Failed">What is run with the error; may be null.</param>
internal sealed record Callbacks(CallbackQueue Queue, ScriptBlock? Done, ScriptBlock? Failed)
{
    /// <summary>The task is over: the block for what came of it waits from now on, where there is one.</summary>
    internal void Add(ProcTask task)
    {
        if ((task.IsSuccessful == true ? Done : Failed) is { } block)
        {
            Queue.Add(task, block);
        }
    }
}
