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
    [ArgumentCompleter(typeof(ChoiceCompleter<HubObjectKind>))]
    [Takes<HubObjectKind>(Many = true)]
    public string[]? Kind { get; set; }

    /// <summary>The manager to ask, instead of the session.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<ProcManager>]
    public ProcManager? Manager { get; set; }

    private protected override void End()
    {
        var known = ProcObjectInfo.List(Manager?.Port ?? SessionValues.Hub).Where(info => Kind is null || Kind.Contains($"{info.Kind}")).ToArray();
        var choices = Name?.Select(word => (Word: word, IsMeant: NamePattern.Choose(word, known.Select(static info => info.Name)))).ToArray();
        foreach (var info in known)
        {
            if (choices is null || Array.Exists(choices, choice => choice.IsMeant(info.Name ?? string.Empty)))
            {
                WriteObject(info);
            }
        }

        foreach (var (word, isMeant) in choices ?? [])
        {
            if (!WildcardPattern.ContainsWildcardCharacters(word) && !Array.Exists(known, info => isMeant(info.Name ?? string.Empty)))
            {
                WriteError(Errors.NoSuchObject(word));
            }
        }
    }
}
