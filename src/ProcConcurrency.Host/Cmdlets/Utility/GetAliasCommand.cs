using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Alias.</summary>
[Cmdlet(VerbsCommon.Get, "Alias", DefaultParameterSetName = "Default")]
[OutputType(typeof(AliasInfo))]
public sealed class GetAliasCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "Default", Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public string[] Exclude { get; set; } = [];

    [Parameter]
    public string? Scope { get; set; }

    [Parameter(ParameterSetName = "Definition")]
    public string[]? Definition { get; set; }

    protected override void ProcessRecord()
    {
        var session = EngineAccess.SessionOf(SessionState);
        var all = (Scope is null ? EngineAccess.Aliases(session) : EngineAccess.AliasesAt(session, Scope)).Values;
        foreach (var sought in Definition ?? Name)
        {
            var pattern = WildcardPattern.Get(sought, WildcardOptions.IgnoreCase);
            var found = all.Where(alias => pattern.IsMatch(Definition is null ? alias.Name : alias.Definition))
                .Where(alias => !Exclude.Any(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase).IsMatch(alias.Name)))
                .OrderBy(alias => alias.Name, StringComparer.OrdinalIgnoreCase)
                .ToArray();
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(sought))
            {
                var failure = new ItemNotFoundException($"This command cannot find a matching alias because an alias '{sought}' does not exist.");
                WriteError(new ErrorRecord(failure, "ItemNotFoundException", ErrorCategory.ObjectNotFound, sought));
            }
        }
    }
}
