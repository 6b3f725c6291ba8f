using CsCheck;
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

    private static void Check(Func<ObjectModel> model) => ModelStep.Run.Sample(steps => ModelRun.Check(model, steps), iter: Runs, threads: 1);
}
