using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Whatever runs beside the user's own code: threads, timers, signal handlers, work for the thread pool. An exception that leaves
/// one of them would end the process, so all begin here: what they throw goes to whoever can tell it on, and nothing else ends.
/// </summary>
public static class Background
{
    private const int SmallStack = 256 * 1024;

    /// <summary>Starts a thread that does not keep the process alive.</summary>
    /// <param name="name">What it is there for.</param>
    /// <param name="action">What it does.</param>
    /// <param name="onFault">Takes what <paramref name="action"/> throws; without it the standard error does.</param>
    /// <param name="stackSize">The size of its stack.</param>
    /// <exception cref="IOException">The system gives this process no more threads.</exception>
    public static Thread Start(string name, Action action, Action<Exception>? onFault = null, int stackSize = SmallStack)
    {
        var thread = new Thread(() => Run(name, action, onFault), stackSize) { IsBackground = true, Name = name };
        try
        {
            thread.Start();
        }
        catch (Exception error) when (error is OutOfMemoryException or ThreadStartException)
        {
            throw new ShortageException("The system gives this process no more threads, or no more open files for one.", error);
        }

        return thread;
    }

    /// <summary>Makes a timer that is not set yet. What it does must not wait.</summary>
    /// <param name="name">What it is there for.</param>
    /// <param name="action">What it does.</param>
    /// <param name="onFault">As for <see cref="Start"/>.</param>
    public static BackgroundTimer Timer(string name, Action action, Action<Exception>? onFault = null) =>
        new(() => Run(name, action, onFault));

    /// <summary>Lets the thread pool do something, when it comes to it.</summary>
    /// <param name="name">What it is there for.</param>
    /// <param name="action">What it does.</param>
    /// <param name="onFault">As for <see cref="Start"/>.</param>
    public static void Queue(string name, Action action, Action<Exception>? onFault = null) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => Run(name, action, onFault), null);

    /// <summary>As <see cref="Start"/>; where the system gives no more threads, when one of the thread pool's comes to it.</summary>
    /// <param name="name">What it is there for.</param>
    /// <param name="action">What it does.</param>
    /// <param name="stackSize">The size of its stack, where it gets a thread of its own.</param>
    public static void StartOrQueue(string name, Action action, int stackSize = SmallStack)
    {
        try
        {
            Start(name, action, stackSize: stackSize);
        }
        catch (IOException)
        {
            Queue(name, action);
        }
    }

    /// <summary>Does something when a task has ended, however it ended: a thread of the pool's, when it comes to it.</summary>
    /// <param name="name">What it is there for.</param>
    /// <param name="task">The task.</param>
    /// <param name="action">What it does.</param>
    public static void After(string name, Task task, Action action) =>
        task.ContinueWith(_ => Run(name, action), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <summary>Handles a signal.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="action">What it does.</param>
    /// <param name="onFault">As for <see cref="Start"/>.</param>
    /// <exception cref="IOException">The system has no such signal.</exception>
    public static PosixSignalRegistration OnSignal(PosixSignal signal, Action<PosixSignalContext> action, Action<Exception>? onFault = null) =>
        PosixSignalRegistration.Create(signal, context => Run(signal.ToString(), () => action(context), onFault));

    /// <summary>The same; null where the system has no such signal.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="action">What it does.</param>
    public static PosixSignalRegistration? TryOnSignal(PosixSignal signal, Action<PosixSignalContext> action)
    {
        try
        {
            return OnSignal(signal, action);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Does something whose fault ends nothing: the last guard.</summary>
    /// <param name="name">What it is there for.</param>
    /// <param name="action">What it does.</param>
    /// <param name="onFault">As for <see cref="Start"/>.</param>
    public static void Run(string name, Action action, Action<Exception>? onFault = null)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            Tell(name, error, onFault);
        }
    }

    /// <summary>Tells of a fault that was caught elsewhere.</summary>
    /// <param name="name">What has thrown it.</param>
    /// <param name="error">What was thrown.</param>
    /// <param name="onFault">As for <see cref="Start"/>.</param>
    public static void Tell(string name, Exception error, Action<Exception>? onFault = null)
    {
        try
        {
            if (onFault is not null)
            {
                onFault(error);
                return;
            }
        }
        catch (Exception second)
        {
            error = new AggregateException(error, second);
        }

        try
        {
            Console.Error.WriteLine($"ProcConcurrency, {name}: {error.GetType().Name}: {error.Message}");
        }
        catch (Exception)
        {
            // Nobody is left to tell.
        }
    }
}
