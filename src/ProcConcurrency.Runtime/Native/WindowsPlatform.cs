namespace ProcConcurrency.Runtime.Native;

/// <summary>Windows: not there yet. The module loads and says so when a child is asked for.</summary>
internal sealed class WindowsPlatform : IProcessPlatform
{
    public SpawnedProcess Spawn(LaunchSettings settings) => throw NotThere();

    public void SignalTree(int processId, bool force) => throw NotThere();

    public Stream OpenChildEnd(string endpoint) => throw NotThere();

    public void KillOwnTree() => throw NotThere();

    public void DieOfStopRequest() => throw NotThere();

    private static PlatformNotSupportedException NotThere() => new("Child processes run on Linux and macOS so far, not on Windows.");
}
