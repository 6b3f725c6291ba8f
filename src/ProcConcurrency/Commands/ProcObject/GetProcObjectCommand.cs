using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
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
    [Takes<HubObjectKind>(Many = true)]
    public HubObjectKind[]? Kind { get; set; }

    /// <summary>The manager to ask, instead of the session.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<ProcManager>]
    public ProcManager? Manager { get; set; }

    private protected override void End()
    {
        var patterns = Name?.Select(static name => NamePattern.Of(name)).ToArray();
        var found = new bool[patterns?.Length ?? 0];
        foreach (var info in ProcObjectInfo.List(Manager?.Port ?? SessionValues.Hub).Where(info => Kind is null || Kind.Contains(info.Kind)))
        {
            var at = patterns is null ? 0 : Array.FindIndex(patterns, pattern => pattern.IsMatch(info.Name ?? string.Empty));
            if (at < 0)
            {
                continue;
            }

            if (patterns is not null)
            {
                found[at] = true;
            }

            WriteObject(info);
        }

        for (var i = 0; i < found.Length; i++)
        {
            if (!found[i] && !WildcardPattern.ContainsWildcardCharacters(Name![i]))
            {
                WriteError(Errors.NoSuchObject(Name[i]));
            }
        }
    }
}
