using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Shared;

namespace ProcConcurrency.Commands;

/// <summary>Makes a shared array of numbers: Python's <c>Array(type, n)</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcArray")]
[OutputType(typeof(ProcArray))]
public sealed class NewProcArrayCommand : NewObjectCommand
{
    /// <summary>What its elements are: byte, int16, int, long, single or double.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(ChoiceCompleter<Type>))]
    [ValidateNotNull]
    [Takes<Type>]
    public Type Type { get; set; } = typeof(double);

    /// <summary>How many there are, all 0 at first.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateRange(1, int.MaxValue)]
    public int Length { get; set; }

    private protected override ProcObject Create()
    {
        try
        {
            return ProcArray.Create(Port, Type, Length, Name);
        }
        catch (ArgumentException error)
        {
            throw Errors.InvalidArray(error, Type);
        }
    }
}
