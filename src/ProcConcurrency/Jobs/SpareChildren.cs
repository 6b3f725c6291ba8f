using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Jobs;

/// <summary>The session's spare processes: which calls they are for, and how they become what a call asks for.</summary>
internal static class SpareChildren
{
    internal static SpareProcesses Store { get; } = new();

    /// <summary>A spare that can't be told from a process started now for this plan; null where there is none.</summary>
    internal static SpareProcess? TryTake(LaunchPlan plan)
    {
        if (Store.ProcessIds.Count == 0)
        {
            return null;
        }

        Surroundings wanted;
        try
        {
            wanted = Surroundings.Of(plan.Launch);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The system has no descriptor left, say: a start of its own meets that, too, and tells it.
            return null;
        }

        byte[]? difference = null;
        while (Store.Take(startedWith => (difference = ((Surroundings)startedWith).DifferenceTo(wanted)) is not null) is { } spare)
        {
            if (spare.TryBecome(difference))
            {
                Want(plan);
                return spare;
            }
        }

        return null;
    }

    /// <summary>A child was started: the next one may find a spare. A child has none for its own, nor has a session whose user's code would run in it.</summary>
    internal static void Want(LaunchPlan plan)
    {
        if (plan.HasSessionEngine && CurrentProcess.Instance.ParentProcessId is null)
        {
            // Not the plan itself: this is kept, and what the child was given must not be.
            var (program, folder) = (plan.Launch.FileName, plan.Launch.WorkingDirectory);
            Store.Want(() =>
            {
                if (Environment.GetEnvironmentVariable(StartVariables.Hooks) is { Length: > 0 } || !Directory.Exists(folder))
                {
                    return null;
                }

                var launch = LaunchPlan.Program(program, folder, new Dictionary<string, string?>());
                return (launch, Surroundings.Of(launch));
            });
        }
    }
}
