using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Shared;

namespace ProcConcurrency.Commands;

/// <summary>Makes a shared value: Python's <c>Value()</c> and <c>Manager().Value()</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcValue")]
[OutputType(typeof(ProcValue))]
public sealed class NewProcValueCommand : NewObjectCommand
{
    /// <summary>What it begins with; null where nothing is given. One that is opened by its name keeps what it has.</summary>
    [Parameter(Position = 0)]
    [AllowNull]
    public object? Value { get; set; }

    private protected override ProcObject Create() => ProcValue.Create(Port, Value, Name);
}
