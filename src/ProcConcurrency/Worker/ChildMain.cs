using System.Collections.Concurrent;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Worker;

/// <summary>
/// A child's main program, called by whichever engine hosts it:
/// <code>
/// engine -> Run -> [this thread: channel to the parent] -> [reading thread: messages, lifeline]
///              -> [main, with a big stack, meanwhile: runspace] -> first request, block or task loop -> exit
/// </code>
/// </summary>
public static class ChildMain
{
    // Scripts recurse deeper than a thread's usual stack allows; the memory is only reserved.
    private const int StackSize = 128 * 1024 * 1024;

    /// <summary>Runs the child to its end; does not return but by ending the process.</summary>
    /// <param name="endpoint">The channel, as the parent gave it.</param>
    public static int Run(string endpoint)
    {
        var inbox = new Inbox();
        var linked = new TaskCompletionSource<ParentLink>();
        var code = 1;
        using var stop = new StopRequest();
        var main = Background.Start("main", () => code = new ChildSide(linked.Task, inbox, stop).Run(), stackSize: StackSize);
        try
        {
            linked.SetResult(ParentLink.Open(endpoint, inbox));
        }
        catch (Exception error)
        {
            linked.SetException(error);
        }

        main.Join();
        Session.Current.End();
        stop.EndUnlessAsked();
        if (linked.Task.IsCompletedSuccessfully)
        {
            linked.Task.Result.Dispose();
        }

        Environment.Exit(code);
        return code;
    }
}

/// <summary>The parent's messages, from the reading thread to whoever runs.</summary>
internal sealed class Inbox : IMessageHandler
{
    private readonly BlockingCollection<Message> _messages = [];

    /// <summary>Takes notices as they come, on the reading thread, once set.</summary>
    internal IMessageHandler? Notices { get; set; }

    /// <summary>Waits for the next request.</summary>
    internal Message Take() => _messages.Take();

    public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        if (kind == MessageKind.Request)
        {
            _messages.Add(new Message(id, payload.ToArray()));
        }
        else
        {
            Notices?.OnMessage(kind, id, payload);
        }
    }

    public void OnClosed(Exception? cause) => Notices?.OnClosed(cause);

    // A class: collections of structures are compiled anew at each child's start.
    internal sealed record Message(uint Id, byte[] Payload);
}
