using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Commands;

/// <summary>Enters and leaves whatever can be entered: a lock, a condition's lock or a semaphore.</summary>
internal static class LockEntry
{
    private const string Kinds = "lock or semaphore";

    /// <summary>The lock or semaphore that is meant; for a condition its lock.</summary>
    /// <param name="reference">What was named.</param>
    /// <param name="timeout">How long a name may be looked up; null for ever.</param>
    internal static ProcObject Resolve(ProcObjectReference reference, TimeSpan? timeout) => Resolve(reference, out _, timeout);

    /// <summary>The same.</summary>
    /// <param name="reference">What was named.</param>
    /// <param name="named">The lock, semaphore or condition itself.</param>
    /// <param name="timeout">How long a name may be looked up; null for ever.</param>
    internal static ProcObject Resolve(ProcObjectReference reference, out ProcObject named, TimeSpan? timeout = null)
    {
        named = reference.Resolve<ProcObject>(Kinds, timeout);
        return named switch
        {
            ProcLock or ProcSemaphore => named,
            ProcCondition condition => LockOf(condition, timeout),
            _ => throw Errors.WrongKind(named, Kinds),
        };
    }

    /// <summary>A condition's lock.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="timeout">How long the hub may be asked for it; null for ever.</param>
    internal static ProcLock LockOf(ProcCondition condition, TimeSpan? timeout)
    {
        try
        {
            return ProcCondition.LockOf(condition, timeout);
        }
        catch (TimeoutException)
        {
            throw Errors.ObjectWaitTimeout(condition, timeout!.Value);
        }
    }

    /// <summary>Enters, or throws when time runs out. A lock that its holder left behind is told as a warning.</summary>
    internal static void Enter(ProcObject target, WaitTime? timeout, bool held, Action<string> warn, CancellationToken canceled)
    {
        var entered = target is ProcLock entering
            ? entering.TryEnter(timeout?.Limit, canceled)
            : ((ProcSemaphore)target).TryEnter(timeout?.Limit, held, canceled);
        if (!entered)
        {
            throw Errors.ObjectWaitTimeout(target, timeout!.Value);
        }

        if (target is ProcLock { AbandonedBy: { } death } locked)
        {
            Tell(locked, death, warn);
        }
    }

    /// <summary>Warns the holder of a lock that the one before has left it behind.</summary>
    internal static void Tell(ProcLock target, ProcessDeath death, Action<string> warn)
    {
        try
        {
            warn($"{target} was left behind by {death}. What it protects may be half done.");
        }
        catch
        {
            // The caller makes an error of the warning, or stops at it, and will not come to leave the lock. Nobody has
            // looked at what it protects: the next has to be told too.
            ProcLock.ExitUnused(target);
            throw;
        }
    }

    internal static void Exit(ProcObject target, int count, bool held)
    {
        if (target is ProcLock entered)
        {
            for (; count > 0; count--)
            {
                entered.Exit();
            }
        }
        else
        {
            ((ProcSemaphore)target).Exit(count, held);
        }
    }
}
