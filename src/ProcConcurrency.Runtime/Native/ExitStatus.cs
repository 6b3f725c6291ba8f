using System.Globalization;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// How a process ended: a code that it chose, or the signal that ended it. As in Python's <c>Process.exitcode</c>,
/// <see cref="Code"/> is -N for signal N, so a child that exits with 137 by itself is told from one that was killed.
/// </summary>
/// <param name="Code">The exit code (0 to 255 on Unix), or the negated signal number.</param>
public readonly record struct ExitStatus(int Code)
{
    /// <summary>The status of a process whose exit another part of the program has consumed.</summary>
    public static ExitStatus Unknown { get; } = new(int.MinValue);

    /// <summary>The signal that ended the process, or null.</summary>
    public int? Signal => Code is < 0 and > -128 ? -Code : null;

    /// <summary>Reads a wait status as POSIX's waitpid gives it.</summary>
    public static ExitStatus FromWaitStatus(int status)
    {
        var signal = status & 0x7f;
        return signal == 0 ? new ExitStatus((status >> 8) & 0xff) : new ExitStatus(-signal);
    }

    /// <inheritdoc/>
    public override string ToString() => Signal switch
    {
        null when Code == int.MinValue => "an unknown exit code",
        null => string.Create(CultureInfo.InvariantCulture, $"exit code {Code}"),
        9 => "signal 9 (SIGKILL; the system does this when memory runs out)",
        15 => "signal 15 (SIGTERM)",
        11 => "signal 11 (SIGSEGV, a crash)",
        6 => "signal 6 (SIGABRT, a crash)",
        var signal => string.Create(CultureInfo.InvariantCulture, $"signal {signal}"),
    };
}
