using System.Management.Automation;

namespace ProcConcurrency.Worker;

/// <summary>
/// What a native command writes to its standard error. The engine puts each line on the error stream, and says of it by its id alone
/// that it is no error: it stops nothing and is not in <c>$Error</c>.
/// </summary>
internal static class NativeOutput
{
    internal static bool IsLine(object? record) =>
        record is ErrorRecord { Exception: RemoteException, FullyQualifiedErrorId: "NativeCommandError" or "NativeCommandErrorMessage" };
}
