using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>A child of an agent, and the three threads that carry what it says and hears.</summary>
internal sealed class AgentChild
{
    private readonly Relay _relay;
    private readonly int _number;
    private readonly SpawnedProcess _process;
    private readonly RelayStream _channel;
    private readonly RelayStream _output;

    internal AgentChild(Relay relay, int number, SpawnedProcess process)
    {
        _relay = relay;
        _number = number;
        _process = process;
        _channel = relay.Open(RelayProtocol.ChannelOf(number), process.Channel as INonBlockingWriter);
        _output = relay.Open(RelayProtocol.OutputOf(number));
    }

    internal int ProcessId => _process.ProcessId;

    internal Task Exited => _process.Exited;

    /// <summary>Begins to carry.</summary>
    /// <param name="onExited">Called when the process is gone, and that was told.</param>
    internal void Begin(Action onExited)
    {
        Background.Start("from child", () => Carry(_process.Channel, _channel), Ignore);
        Background.Start("to child", () => Carry(_channel, _process.Channel), Ignore);
        Background.Start("child's output", () => Carry(_process.Output, _output), Ignore);
        Background.After("end of a child", _process.Exited, () =>
        {
            (_process.Output as IEndsWhenEmpty)?.EndWhenEmpty();
            var status = _process.Exited.IsCompletedSuccessfully ? _process.Exited.Result : ExitStatus.Unknown;
            _relay.TryPost(MessageKind.Notice, RelayProtocol.Exited, new PayloadWriter().Int32(_number).Int32(status.Code).Written);
            onExited();
        });
    }

    /// <summary>Carries all that comes from one to the other, and then closes both: neither is of use without the other.</summary>
    private static void Carry(Stream from, Stream to)
    {
        try
        {
            var buffer = new byte[RelayProtocol.MaxData];
            while (from.Read(buffer, 0, buffer.Length) is > 0 and var read)
            {
                to.Write(buffer, 0, read);
            }
        }
        finally
        {
            to.Dispose();
        }
    }

    private static void Ignore(Exception error)
    {
        // One of the ends is gone, which the other is told by being closed.
    }
}
