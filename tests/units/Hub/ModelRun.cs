using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>
/// Drives an object in a real hub and its model with the same steps, and compares what each step made known, to whom. A
/// process has one call at a time, as a script has; one that died is followed by a new one.
/// </summary>
internal sealed class ModelRun
{
    private readonly ObjectModel _model;
    private readonly Hub _hub = new(HubKinds.Create);
    private readonly FakeProcess[] _processes = new FakeProcess[ModelStep.Processes];
    private readonly int[] _callers = new int[ModelStep.Processes];
    private readonly uint?[] _waiting = new uint?[ModelStep.Processes];
    private readonly FakeProcess _owner;
    private readonly bool _asTasks;
    private readonly HashSet<(FakeProcess, uint)> _unheard = [];
    private int _lastNumber = 100;

    private ModelRun(ObjectModel model, bool asTasks)
    {
        _model = model;
        _asTasks = asTasks;
        _owner = new FakeProcess(_hub, 1);
        if (asTasks)
        {
            model.NameOf = static index => $"p{index / 2}";
            for (var i = 0; i < _processes.Length; i += 2)
            {
                _processes[i] = _processes[i + 1] = new FakeProcess(_hub, ++_lastNumber, model.NameOf(i));
            }
        }

        model.Create(_owner);
        for (var i = 0; i < _processes.Length; i++)
        {
            Replace(i);
        }
    }

    /// <summary>Takes the steps.</summary>
    /// <param name="model">Makes the model.</param>
    /// <param name="steps">What happens.</param>
    /// <param name="asTasks">Two of those that act are tasks of one process: a task ends where a process would die.</param>
    internal static void Check(Func<ObjectModel> model, ModelStep[] steps, bool asTasks = false)
    {
        var run = new ModelRun(model(), asTasks);
        foreach (var step in steps)
        {
            run.Do(step);
        }

        // Nothing is left waiting of those that are gone, and nothing but the object and what it needs is there.
        foreach (var process in run._processes.Distinct())
        {
            process.Die(0);
        }

        Assert.Equal(run._model.ObjectCount, run._hub.ObjectCount);
    }

    private void Do(ModelStep step)
    {
        var process = _processes[step.Process];
        var expected = new List<string>();
        switch (step.Kind)
        {
            case StepKind.Act when _waiting[step.Process] is null:
                var action = _model.Choose(step.Action);
                _waiting[step.Process] = process.Send(action.Operation, action.OnLock ? _model.LockId : _model.Id, writer => _model.Write(step.Process, action, step.Argument, writer), action.Flags, _callers[step.Process]);
                expected.AddRange(_model.Act(step.Process, action, step.Argument));
                break;
            case StepKind.TimeOut when _waiting[step.Process] is { } request:
                process.Cancel(request, forGood: false);
                expected.AddRange(_model.Cancel(step.Process, forGood: false));
                break;
            case StepKind.GiveUp when _waiting[step.Process] is { } request:
                process.Cancel(request, forGood: true);
                expected.AddRange(_model.Cancel(step.Process, forGood: true));
                break;
            case StepKind.Die or StepKind.End:
                var code = step.Kind == StepKind.Die ? -9 : 0;
                expected.AddRange(_model.Die(step.Process, code).Where(told => !told.StartsWith($"{step.Process}:", StringComparison.Ordinal)));
                End(process, step.Process, code);
                Replace(step.Process);
                break;
            default:
                return;
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), Told().Order(StringComparer.Ordinal));
    }

    private void End(FakeProcess process, int index, int code)
    {
        if (_asTasks)
        {
            // What its waits are told is for nobody any more.
            _unheard.Add((process, process.Send(HubOperation.EndCaller, 0, caller: _callers[index])));
            if (_waiting[index] is { } waiting)
            {
                _unheard.Add((process, waiting));
            }
        }
        else
        {
            process.Die(code);
            process.Take();
        }

        _waiting[index] = null;
    }

    private IEnumerable<string> Told()
    {
        foreach (var process in _processes.Distinct())
        {
            foreach (var reply in process.Take().Where(reply => !_unheard.Remove((process, reply.Id))))
            {
                var i = Enumerable.Range(0, _processes.Length).Single(index => _processes[index] == process && _waiting[index] == reply.Id);
                _waiting[i] = null;
                yield return $"{i}:{(reply.Fault is { } fault ? fault.ToString() : _model.Read(i, reply.Reader()))}";
            }
        }
    }

    private void Replace(int index)
    {
        _callers[index] = ++_lastNumber;
        if (!_asTasks)
        {
            _processes[index] = new FakeProcess(_hub, _lastNumber, _model.NameOf(index));
        }

        _hub.AddReference(_processes[index].Client, _model.Id);
    }
}

/// <summary>A request that a model knows.</summary>
/// <param name="Operation">What is asked for.</param>
/// <param name="Write">Writes what goes with it, given the step's argument.</param>
/// <param name="Flags">How.</param>
/// <param name="OnLock">It is asked of the lock that the object stands over.</param>
internal sealed record ModelAction(HubOperation Operation, Action<PayloadWriter, int>? Write = null, CallFlags Flags = CallFlags.None, bool OnLock = false);

/// <summary>
/// What an object should do, written as simply as it can be said, without regard to how the hub does it. Each call tells
/// what it makes known, as "process:what".
/// </summary>
internal abstract class ObjectModel
{
    private ModelAction[]? _actions;

    internal long Id { get; private set; }

    /// <summary>The lock that it stands over, where it has one.</summary>
    internal long LockId { get; private protected set; }

    /// <summary>The name of the process that somebody who acts is in.</summary>
    internal Func<int, string> NameOf { get; set; } = static index => $"p{index}";

    internal virtual int ObjectCount => 1;

    protected abstract ModelAction[] Actions { get; }

    internal void Create(FakeProcess owner) => Id = Make(owner);

    internal ModelAction Choose(int number)
    {
        _actions ??= Actions;
        return _actions[number % _actions.Length];
    }

    /// <summary>Writes what goes with a request.</summary>
    internal virtual void Write(int process, ModelAction action, int argument, PayloadWriter writer) => action.Write?.Invoke(writer, argument);

    internal abstract IEnumerable<string> Act(int process, ModelAction action, int argument);

    internal abstract IEnumerable<string> Cancel(int process, bool forGood);

    internal abstract IEnumerable<string> Die(int process, int exitCode);

    /// <summary>An answer in the model's words.</summary>
    internal abstract string Read(int process, PayloadReader answer);

    protected abstract long Make(FakeProcess owner);
}
