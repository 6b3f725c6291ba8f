using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Shared;

namespace ProcConcurrency.Commands;

/// <summary>Makes a shared list: Python's <c>Manager().list()</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcList")]
[OutputType(typeof(ProcList))]
public sealed class NewProcListCommand : NewObjectCommand
{
    /// <summary>Items to add at its end.</summary>
    [Parameter(Position = 0)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? InputObject { get; set; }

    private protected override ProcObject Create()
    {
        var made = ProcList.Create(Port, Name);
        if (InputObject is { Length: > 0 })
        {
            made.AddRange(InputObject);
        }

        return made;
    }
}
