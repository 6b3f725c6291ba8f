using System.Globalization;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// How a process ended: a code that it chose, or the signal that ended it. As in Python's <c>Process.exitcode</c>,
/// <see cref="Code"/> is -N for signal N, so a child that exits with 137 by itself is told from one that was killed.
/// </summary>
/// <param name="Code">The exit code (0 to 255 on Unix, any 32 bits but those of a signal on Windows), or the negated signal number.</param>
public sealed record ExitStatus(int Code)
{
    /// <summary>
    /// Windows has no signals, only exit codes that nobody else uses: this one is given to a process that is ended by force,
    /// and read as signal 9. An error code with the bit that Microsoft leaves to others; at its end the signal's number.
    /// </summary>
    internal const uint WindowsForced = 0xE0DE0009;

    /// <summary>The same for a process that obeyed the request to end: signal 15.</summary>
    internal const uint WindowsStopped = 0xE0DE000F;

    // STATUS_CONTROL_C_EXIT: Ctrl-Break has met a process that does not listen to it. A child has Ctrl-C switched off.
    private const uint WindowsControlExit = 0xC000013A;

    /// <summary>The status of a process whose exit another part of the program has consumed.</summary>
    public static ExitStatus Unknown { get; } = new(int.MinValue);

    /// <summary>The signal that ended the process, or null.</summary>
    public int? Signal => Code is < 0 and > -128 ? -Code : null;

    /// <summary>Reads an exit code as Windows gives it.</summary>
    public static ExitStatus FromWindowsCode(uint code) => code switch
    {
        WindowsForced => new ExitStatus(-9),
        WindowsStopped or WindowsControlExit => new ExitStatus(-15),

        // "exit -1" is no signal's end: the code is told as Unix would tell it.
        >= 0xFFFFFF81 => new ExitStatus((int)(code & 0xff)),
        _ => new ExitStatus(unchecked((int)code)),
    };

    /// <inheritdoc/>
    public override string ToString() => Signal switch
    {
        null when Code == int.MinValue => "an unknown exit code",
        null when Code < 0 => string.Create(CultureInfo.InvariantCulture, $"exit code {Code} (0x{Code:X8})"),
        null => string.Create(CultureInfo.InvariantCulture, $"exit code {Code}"),
        9 when OperatingSystem.IsWindows() => "signal 9 (ended by force)",
        15 when OperatingSystem.IsWindows() => "signal 15 (asked to end)",
        9 => "signal 9 (SIGKILL; the system does this when memory runs out)",
        15 => "signal 15 (SIGTERM)",
        11 => "signal 11 (SIGSEGV, a crash)",
        6 => "signal 6 (SIGABRT, a crash)",
        var signal => string.Create(CultureInfo.InvariantCulture, $"signal {signal}"),
    };
}
