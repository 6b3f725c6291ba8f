using System.Management.Automation;
using DriveNotFoundException = System.Management.Automation.DriveNotFoundException;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>A cmdlet whose work a provider does, with the parameters that the provider adds.</summary>
public abstract class ProviderCommand : PSCmdlet, IDynamicParameters
{
    private readonly List<ProviderContext> _contexts = [];
    private object? _dynamicParameters;

    public virtual SwitchParameter Force { get; set; }

    public virtual string? Filter { get; set; }

    public virtual string[] Include { get; set; } = [];

    public virtual string[] Exclude { get; set; } = [];

    /// <summary>Whether the path is to be taken as it is written.</summary>
    protected bool Literal { get; set; }

    public object? GetDynamicParameters()
    {
        var context = NewContext();
        context.PassThru = false;
        try
        {
            _dynamicParameters = AskProvider(context);
        }
        catch (Exception error) when (error is ItemNotFoundException or ProviderNotFoundException or DriveNotFoundException)
        {
            // The same error is reported when the path is used.
            _dynamicParameters = null;
        }

        return _dynamicParameters;
    }

    protected override void StopProcessing()
    {
        lock (_contexts)
        {
            _contexts.ForEach(context => context.Stop());
        }
    }

    internal virtual object? AskProvider(ProviderContext context) => null;

    internal ProviderContext NewContext()
    {
        var context = new ProviderContext(this)
        {
            Force = Force,
            Literal = Literal,
            DynamicParameters = _dynamicParameters,
        };
        context.Filter(Include, Exclude, Filter);
        lock (_contexts)
        {
            _contexts.Add(context);
        }

        return context;
    }

    /// <summary>Runs a step; what the real cmdlets report and carry on from is reported, the rest ends the command.</summary>
    /// <returns>Whether the step came to its end.</returns>
    protected bool Try(Action step)
    {
        ArgumentNullException.ThrowIfNull(step);
        try
        {
            step();
            return true;
        }
        catch (Exception error) when (IsReported(error))
        {
            WriteError(new ErrorRecord(((IContainsErrorRecord)error).ErrorRecord, error));
            return false;
        }
    }

    protected void WriteInvalid(string message)
    {
        var error = new PSInvalidOperationException(message);
        WriteError(new ErrorRecord(error.ErrorRecord, error));
    }

    protected static ItemNotFoundException NotFound(string path) =>
        SessionAccess.NewNotFound(path, "PathNotFound", "Cannot find path '{0}' because it does not exist.");

    protected virtual bool IsReported(Exception failure) =>
        failure is PSNotSupportedException or DriveNotFoundException or ProviderNotFoundException or ItemNotFoundException;
}
