using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>What New-Alias and Set-Alias share.</summary>
public abstract class AliasWriteBase : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Value { get; set; } = "";

    [Parameter]
    public string Description { get; set; } = "";

    [Parameter]
    public ScopedItemOptions Option { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public string? Scope { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected object Session => EngineAccess.SessionOf(SessionState);

    private protected void Write()
    {
        if (!ShouldProcess($"Name: {Name} Value: {Value}", MyInvocation.MyCommand.Name))
        {
            return;
        }

        var alias = EngineAccess.NewAlias(Name, Value, EngineAccess.ContextOf(this), Option);
        alias.Description = Description;
        try
        {
            var origin = MyInvocation.CommandOrigin;
            alias = Scope is null
                ? EngineAccess.SetAlias(Session, alias, Force, origin)
                : EngineAccess.SetAliasAt(Session, alias, Scope, Force, origin);
        }
        catch (SessionStateException failure)
        {
            WriteError(new ErrorRecord(failure.ErrorRecord, failure));
            return;
        }

        if (PassThru)
        {
            WriteObject(alias);
        }
    }
}
