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
    /// <exception cref="IOException">There are too many threads: it is to be ended, and its end will be told.</exception>
    internal void Begin(Action onExited)
    {
        Background.After("end of a child", _process.Exited, () =>
        {
            (_process.Output as IEndsWhenEmpty)?.EndWhenEmpty();
            var status = _process.Exited.IsCompletedSuccessfully ? _process.Exited.Result : ExitStatus.Unknown;
            _relay.TryPost(MessageKind.Notice, RelayProtocol.Exited, new PayloadWriter().Int32(_number).Int32(status.Code).Written);
            onExited();
        });
        Background.Start("from child", CarryUp, Ignore);
        Background.Start("to child", CarryDown, Ignore);
        Background.Start("child's output", CarryOutput, Ignore);
    }

    /// <summary>Closes its streams.</summary>
    internal void Close()
    {
        _channel.Dispose();
        _output.Dispose();
        _process.Channel.Dispose();
        _process.Output.Dispose();
    }

    /// <summary>
    /// All that the child says, to its end; then nobody has to tell it anything any more. Each piece costs ssh two processes' work. A child
    /// that says one little thing after the other, and is told nothing between, waits for no answer: what it says next may gather for a moment.
    /// </summary>
    private void CarryUp()
    {
        const int Little = 4096;
        const int Many = 8;
        try
        {
            var buffer = new byte[RelayProtocol.MaxData];
            var (inRow, told) = (0, 0);
            while (_process.Channel.Read(buffer, 0, buffer.Length) is > 0 and var read)
            {
                _channel.Write(buffer, 0, read);
                var before = told;
                told = _channel.Deliveries;
                inRow = read < Little && told == before ? inRow + 1 : 0;
                if (inRow > Many)
                {
                    Thread.Sleep(1);
                }
            }
        }
        finally
        {
            _channel.Dispose();
            _process.Channel.Dispose();
        }
    }

    /// <summary>All that the child is told. Where it takes no more, it may still have said something: that is not this thread's to end.</summary>
    private void CarryDown()
    {
        var buffer = new byte[RelayProtocol.MaxData];
        while (TryRead(buffer) is > 0 and var read)
        {
            _process.Channel.Write(buffer, 0, read);
        }

        _process.Channel.Dispose();
    }

    /// <summary>0 where the session has closed the stream, or <see cref="CarryUp"/> has.</summary>
    private int TryRead(byte[] buffer)
    {
        try
        {
            return _channel.Read(buffer, 0, buffer.Length);
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    private void CarryOutput()
    {
        using (_process.Output)
        using (_output)
        {
            _process.Output.CopyTo(_output, RelayProtocol.MaxData);
        }
    }

    private static void Ignore(Exception error)
    {
        // One of the ends is gone, which the other is told by being closed.
    }
}
