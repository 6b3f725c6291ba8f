using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ProcConcurrency.Worker;

/// <summary>
/// What one item of a pool doesn't hand on to the next of its worker: location, <c>$Error</c> and <c>$LASTEXITCODE</c>. It is put back
/// only where an item has changed it, for most change nothing and a trivial item takes microseconds.
/// </summary>
internal sealed class FreshState
{
    private readonly string? _folder;
    private readonly PathIntrinsics _paths;
    private readonly DriveManagementIntrinsics _drives;
    private readonly PSDriveInfo _drive;
    private readonly string _place;
    private readonly string _location;
    private readonly ArrayList? _errors;
    private readonly PSVariable _exitCode;

    /// <param name="state">The runspace's.</param>
    /// <param name="folder">Where items run; null where that is where their worker was started.</param>
    internal FreshState(SessionStateProxy state, string? folder)
    {
        _folder = folder;
        _paths = state.Path;
        _drives = state.Drive;
        _drive = _drives.Current;
        _place = _drive.CurrentLocation;
        _location = _paths.CurrentLocation.Path;
        _errors = state.GetVariable("Error") as ArrayList;
        if (state.PSVariable.Get("global:LASTEXITCODE") is not { } exitCode)
        {
            state.PSVariable.Set("global:LASTEXITCODE", null);
            exitCode = state.PSVariable.Get("global:LASTEXITCODE");
        }

        _exitCode = exitCode;
    }

    /// <summary>Between two items, on the pipeline's thread.</summary>
    /// <exception cref="CallerException">The folder where items run is gone.</exception>
    internal void Restore()
    {
        if (_folder is not null)
        {
            // By its name each time: that may be another folder by now.
            WorkerEngine.GoTo(_folder);
        }

        if (_errors is { Count: > 0 })
        {
            _errors.Clear();
        }

        if (_exitCode.Value is not null)
        {
            _exitCode.Value = null;
        }

        if (!ReferenceEquals(_drives.Current, _drive) || !ReferenceEquals(_drive.CurrentLocation, _place))
        {
            _ = _paths.SetLocation(WildcardPattern.Escape(_location));
        }
    }
}
