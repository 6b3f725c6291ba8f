using System.Management.Automation;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet of this module: what it waits for ends with Ctrl-C, and errors made without a cmdlet at hand become its own.</summary>
public abstract class ProcCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Action? _process;

    /// <summary>Canceled when the pipeline is being stopped.</summary>
    private protected CancellationToken Canceled => _stop.Token;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(Begin);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(_process ??= Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(End);

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        _stop.Cancel();
        OnStopping();
    }

    /// <summary>Releases what the cmdlet holds. The engine calls it whichever way the pipeline ends.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private protected virtual void Begin()
    {
    }

    private protected virtual void Process()
    {
    }

    private protected virtual void End()
    {
    }

    private protected virtual void OnStopping()
    {
    }

    /// <summary>Releases what the cmdlet holds.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing) => _stop.Dispose();

    private void Guard(Action action)
    {
        var around = WaitCallbacks.Enter(this);
        try
        {
            action();
        }
        catch (CallerException error)
        {
            ThrowTerminatingError(error.Record);
        }
        catch (Exception error) when (Errors.OfHub(error) is { } record)
        {
            ThrowTerminatingError(record);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            WaitCallbacks.Enter(around);
        }
    }
}
