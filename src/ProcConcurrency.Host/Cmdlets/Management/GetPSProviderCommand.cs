using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-PSProvider: the providers of the session.</summary>
[Cmdlet(VerbsCommon.Get, "PSProvider")]
[OutputType(typeof(ProviderInfo))]
public sealed class GetPSProviderCommand : ProviderCommand
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? PSProvider { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var name in PSProvider ?? ["*"])
        {
            if (!WildcardPattern.ContainsWildcardCharacters(name))
            {
                Try(() => WriteObject(SessionState.Provider.Get(name), enumerateCollection: true));
                continue;
            }

            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            WriteObject(SessionState.Provider.GetAll().Where(provider => pattern.IsMatch(provider.Name)), enumerateCollection: true);
        }
    }
}
