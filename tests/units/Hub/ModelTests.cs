using CsCheck;
using ProcConcurrency.Runtime.Messaging;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Each object against its model: random requests, time-outs, stops and deaths of four processes.</summary>
public sealed class ModelTests
{
    private const int Runs = 3000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lock_does_what_its_model_does(bool recursive) => Check(() => new LockModel(recursive));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_semaphore_does_what_its_model_does(bool bounded) => Check(() => new SemaphoreModel(bounded));

    [Fact]
    public void An_event_does_what_its_model_does() => Check(static () => new EventModel());

    [Fact]
    public void A_condition_does_what_its_model_does() => Check(static () => new ConditionModel());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_barrier_does_what_its_model_does(bool hasAction) => Check(() => new BarrierModel(hasAction));

    [Fact]
    public void A_dictionary_does_what_its_model_does() => Check(static () => new DictionaryModel());

    [Fact]
    public void A_list_does_what_its_model_does() => Check(static () => new ListModel());

    [Fact]
    public void A_value_does_what_its_model_does() => Check(static () => new ValueModel());

    [Theory]
    [InlineData(QueueKind.Fifo, 0, false)]
    [InlineData(QueueKind.Fifo, 3, false)]
    [InlineData(QueueKind.Fifo, 2, true)]
    [InlineData(QueueKind.Lifo, 3, false)]
    [InlineData(QueueKind.Lifo, 0, true)]
    [InlineData(QueueKind.Priority, 4, false)]
    [InlineData(QueueKind.Priority, 0, true)]
    public void A_queue_does_what_its_model_does(QueueKind kind, int most, bool acknowledge) => Check(() => new QueueModel(kind, most, acknowledge));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_task_that_ends_leaves_a_lock_as_a_process_does(bool recursive) => Check(() => new LockModel(recursive), asTasks: true);

    [Fact]
    public void A_task_that_ends_leaves_a_semaphore_as_a_process_does() => Check(static () => new SemaphoreModel(bounded: true), asTasks: true);

    [Fact]
    public void A_task_that_ends_leaves_a_condition_as_a_process_does() => Check(static () => new ConditionModel(), asTasks: true);

    private static void Check(Func<ObjectModel> model, bool asTasks = false) =>
        ModelStep.Run.Sample(steps => ModelRun.Check(model, steps, asTasks), iter: Runs, threads: 1);
}
