using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// The system has too little of something that others give back: descriptors, processes, threads or memory. What was refused for that
/// may go well a moment later, which can't be said of a program that isn't there.
/// </summary>
public sealed class ShortageException : IOException
{
    // The numbers of <errno.h>: those up to 34 are the same everywhere.
    private const int NoMemory = 12;
    private const int TooManyFilesOfAll = 23;
    private const int TooManyFiles = 24;
    private static readonly int s_noBuffers = OperatingSystem.IsMacOS() ? 55 : 105;
    private static readonly int s_tooManyUnderWay = OperatingSystem.IsMacOS() ? 59 : 109; // Descriptors that were sent and not received.

    // Those of <winerror.h>: files, memory twice, system resources, page file, quota.
    private static readonly int[] s_windows = [4, 8, 14, 1450, 1455, 1816];

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was refused, and the system's words.</param>
    /// <param name="inner">What was thrown for it; may be null.</param>
    public ShortageException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether an error comes of a shortage.</summary>
    internal static bool IsBehind(Exception? error)
    {
        while (error is not null)
        {
            if (OperatingSystem.IsWindows() && error is IOException && s_windows.Contains(error.HResult & 0xFFFF))
            {
                return true;
            }

            if (error is ShortageException or OutOfMemoryException or SocketException { SocketErrorCode: SocketError.NoBufferSpaceAvailable or SocketError.TooManyOpenSockets })
            {
                return true;
            }

            error = error.InnerException;
        }

        return false;
    }

    /// <summary>An exception for a call of the system's that gave an error.</summary>
    /// <param name="code">Its number.</param>
    /// <param name="message">What is to be said; null for the system's own words.</param>
    internal static IOException ToException(int code, string? message = null)
    {
        message ??= Marshal.GetPInvokeErrorMessage(code).Trim().TrimEnd('.');
        if (code == TooManyFiles && !OperatingSystem.IsWindows())
        {
            message = $"{message.TrimEnd('.')} (ulimit -n says how many this process may have).";
        }

        return IsShortage(code) ? new ShortageException(message) : new IOException(message);
    }

    private static bool IsShortage(int code) => OperatingSystem.IsWindows()
        ? s_windows.Contains(code)
        : code is NoMemory or TooManyFilesOfAll or TooManyFiles || code == LibC.TryAgain || code == s_noBuffers || code == s_tooManyUnderWay;
}
