namespace ProcConcurrency.Runtime.Channels;

/// <summary>A message for which there was not room enough at once: the rest follows when the other side reads.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class UnsentMessage
{
    private readonly OutgoingQueue _queue;
    private readonly OutgoingMessage _message;

    internal UnsentMessage(OutgoingQueue queue, OutgoingMessage message)
    {
        _queue = queue;
        _message = message;
    }

    /// <summary>Whether the operating system has all of it by now.</summary>
    /// <exception cref="IOException">It never will: the channel is closed.</exception>
    public bool HasGone => _queue.Wait(_message, 0);

    /// <summary>Waits until the operating system has all of it.</summary>
    /// <exception cref="IOException">It never will: the channel is closed.</exception>
    public void Wait() => _queue.Wait(_message, Timeout.Infinite);

    /// <summary>Waits so long at the most.</summary>
    /// <returns>Whether it has gone.</returns>
    /// <exception cref="IOException">It never will: the channel is closed.</exception>
    internal bool Wait(int milliseconds) => _queue.Wait(_message, milliseconds);
}
