using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>New-Alias: refuses a name that is taken.</summary>
[Cmdlet(VerbsCommon.New, "Alias", SupportsShouldProcess = true)]
[OutputType(typeof(AliasInfo))]
public sealed class NewAliasCommand : AliasWriteBase
{
    protected override void ProcessRecord()
    {
        var taken = Scope is null ? EngineAccess.Aliases(Session) : EngineAccess.AliasesAt(Session, Scope);
        if (!Force && taken.ContainsKey(Name))
        {
            var failure = new SessionStateException($"The alias is not allowed, because an alias with the name '{Name}' already exists.");
            WriteError(new ErrorRecord(failure, "AliasAlreadyExists", ErrorCategory.ResourceExists, Name));
            return;
        }

        Write();
    }
}
