using CsCheck;

namespace ProcConcurrency.Units.Hubs;

/// <summary>What a random run may do next.</summary>
internal enum StepKind
{
    /// <summary>A request, of those that the object has.</summary>
    Act,

    /// <summary>The waiting call of a process runs out of time.</summary>
    TimeOut,

    /// <summary>The waiting call of a process is given up.</summary>
    GiveUp,

    /// <summary>A process dies, badly.</summary>
    Die,

    /// <summary>A process ends, well.</summary>
    End,
}

/// <summary>One step of a random run.</summary>
internal sealed record ModelStep(StepKind Kind, int Process, int Action, int Argument)
{
    internal const int Processes = 4;

    // Acts are what a run is mostly made of.
    private static readonly Gen<StepKind> s_kind = Gen.Frequency(
        (12, Gen.Const(StepKind.Act)), (2, Gen.Const(StepKind.TimeOut)), (2, Gen.Const(StepKind.GiveUp)), (1, Gen.Const(StepKind.Die)), (1, Gen.Const(StepKind.End)));

    internal static Gen<ModelStep[]> Run { get; } =
        Gen.Select(s_kind, Gen.Int[0, Processes - 1], Gen.Int[0, 99], Gen.Int[0, 5], static (kind, process, action, argument) => new ModelStep(kind, process, action, argument))
            .Array[1, 80];
}
