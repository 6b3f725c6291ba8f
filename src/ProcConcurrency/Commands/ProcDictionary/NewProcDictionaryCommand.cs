using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Shared;

namespace ProcConcurrency.Commands;

/// <summary>Makes a shared dictionary: Python's <c>Manager().dict()</c>, and by property its <c>Namespace()</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcDictionary")]
[OutputType(typeof(ProcDictionary))]
public sealed class NewProcDictionaryCommand : NewObjectCommand
{
    /// <summary>Entries to begin with; a key that a named dictionary has already keeps its value.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNull]
    public IDictionary? InputObject { get; set; }

    private protected override ProcObject Create() => ProcDictionary.Create(Port, Name, InputObject);
}
