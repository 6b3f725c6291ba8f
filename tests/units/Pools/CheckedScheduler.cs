using System.Runtime.CompilerServices;

namespace ProcConcurrency.Units.Pools;

/// <summary>Has every scheduler of the tests assert at each step that all is in order, however they are started.</summary>
internal static class CheckedScheduler
{
    [ModuleInitializer]
    internal static void CheckInvariants() => Environment.SetEnvironmentVariable("PROCCONCURRENCY_ASSERT", "1");
}
