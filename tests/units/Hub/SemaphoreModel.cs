using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A number, a line, and who holds what for as long as it lives.</summary>
internal sealed class SemaphoreModel(bool bounded) : ObjectModel
{
    private const int Places = 2;
    private readonly List<(int Process, bool Held)> _line = [];
    private readonly List<int> _held = [];
    private int _free = Places;

    protected override ModelAction[] Actions { get; } =
    [
        new(HubOperation.Enter), new(HubOperation.Enter, Flags: CallFlags.Held), new(HubOperation.Enter, Flags: CallFlags.NoWait),
        new(HubOperation.Exit, static (writer, count) => writer.Int32(count)),
        new(HubOperation.Exit, static (writer, _) => writer.Int32(1), CallFlags.Held), new(HubOperation.Exit, static (writer, _) => writer.Int32(1)),
    ];

    internal override IEnumerable<string> Act(int process, ModelAction action, int argument)
    {
        var held = action.Flags == CallFlags.Held;
        if (action.Operation == HubOperation.Enter)
        {
            if (_free == 0 && action.Flags == CallFlags.NoWait)
            {
                return [$"{process}:NotEntered"];
            }

            _line.Add((process, held));
            return Serve();
        }

        var count = action == Actions[3] ? argument : 1;
        if (count == 0)
        {
            return [$"{process}:InvalidArgument"];
        }

        if (bounded && _free + count > Places)
        {
            // It holds no more than are missing.
            while (held && _held.Count(holder => holder == process) > Places - _free)
            {
                _held.Remove(process);
            }

            return [$"{process}:SemaphoreOverRelease"];
        }

        if (held)
        {
            _held.Remove(process);
        }

        _free += count;
        return [$"{process}:done", .. Serve()];
    }

    internal override IEnumerable<string> Cancel(int process, bool forGood) =>
        _line.RemoveAll(waiting => waiting.Process == process) > 0 ? [$"{process}:NotEntered"] : [];

    internal override IEnumerable<string> Die(int process, int exitCode)
    {
        _line.RemoveAll(waiting => waiting.Process == process);
        _free += _held.RemoveAll(holder => holder == process);
        _free = bounded ? Math.Min(_free, Places) : _free;
        return Serve();
    }

    internal override string Read(int process, PayloadReader answer) => answer.AtEnd ? "done" : ((EnterOutcome)answer.Byte()).ToString();

    protected override long Make(FakeProcess owner) => owner.Create(HubObjectKind.Semaphore, writer => writer.Int32(Places).Flag(bounded));

    private List<string> Serve()
    {
        var told = new List<string>();
        while (_free > 0 && _line.Count > 0)
        {
            var (process, held) = _line[0];
            _line.RemoveAt(0);
            _free--;
            if (held)
            {
                _held.Add(process);
            }

            told.Add($"{process}:Entered");
        }

        return told;
    }
}
