using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands;

/// <summary>Lists what a hub holds: kind, name, who has it, who waits, age.</summary>
[Cmdlet(VerbsCommon.Get, "ProcObject")]
[OutputType(typeof(ProcObjectInfo))]
public sealed class GetProcObjectCommand : ProcCmdlet
{
    /// <summary>Names, with wildcards; all objects where none is given, also those without a name.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>Only these kinds.</summary>
    [Parameter]
    public HubObjectKind[]? Kind { get; set; }

    /// <summary>The manager to ask, instead of the session.</summary>
    [Parameter]
    [ValidateNotNull]
    public ProcManager? Manager { get; set; }

    private protected override void End()
    {
        var patterns = Name?.Select(static name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase)).ToList();
        foreach (var info in ProcObjectInfo.List(Manager?.Port ?? SessionValues.Hub))
        {
            if ((Kind is null || Kind.Contains(info.Kind)) && (patterns is null || patterns.Exists(pattern => pattern.IsMatch(info.Name ?? string.Empty))))
            {
                WriteObject(info);
            }
        }
    }
}
