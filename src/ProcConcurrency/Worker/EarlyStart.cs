using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Worker;

/// <summary>
/// Makes the engine's large tables beside the thread that opens the runspace, and soon needs them: PowerShell's own Main does the
/// same, and a child is entered before it. Nothing depends on it.
/// </summary>
internal static class EarlyStart
{
    /// <summary>Begins; returns at once.</summary>
    internal static void Begin()
    {
        try
        {
            // Whoever needs the tables meets a fault itself, where it can be told.
            Background.Start("early start", Run, static _ => { }, 1024 * 1024);
        }
        catch (IOException)
        {
            // Too many threads.
        }
    }

    private static void Run()
    {
        // What the engine compiles scripts with makes its tables by reflection. A version may have no such class.
        if (EngineInternals.Types.Compiler is { } compiler)
        {
            RuntimeHelpers.RunClassConstructor(compiler.TypeHandle);
        }

        LanguagePrimitives.GetEnumerator(null);
        Parser.ParseInput("1", out _, out _);
    }
}
