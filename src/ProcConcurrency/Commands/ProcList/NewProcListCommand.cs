using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Shared;

namespace ProcConcurrency.Commands;

/// <summary>Makes a shared list: Python's <c>Manager().list()</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcList")]
[OutputType(typeof(ProcList))]
public sealed class NewProcListCommand : NewObjectCommand
{
    /// <summary>Items to begin with; a list that is opened by its name keeps what it has.</summary>
    [Parameter(Position = 0)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? InputObject { get; set; }

    private protected override ProcObject Create() => ProcList.Create(Port, Name, InputObject);
}
