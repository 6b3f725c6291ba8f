using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Hub;

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

    /// <summary>Whether it waits for objects: what comes after it relies on each, so that what is wrong with one ends it.</summary>
    private protected virtual bool Waits => false;

    /// <summary>Does a step with one of several shared objects: what goes wrong is an error of that one, and the others have their turn.</summary>
    /// <param name="target">The object.</param>
    /// <param name="several">What objects were named; more may come down the pipeline.</param>
    /// <param name="step">What to do.</param>
    private protected void StepOf(ProcObject target, ProcObjectReference[] several, Action step)
    {
        try
        {
            step();
        }
        catch (Exception error) when (!Waits && (MyInvocation.ExpectingInput || ProcObjectReference.MeanSeveral(several)) && Errors.OfHub(error, target) is { } record)
        {
            WriteError(record);
        }
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
