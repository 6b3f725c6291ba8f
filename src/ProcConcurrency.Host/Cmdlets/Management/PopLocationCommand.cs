using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Pop-Location: back to where the session was.</summary>
[Cmdlet(VerbsCommon.Pop, "Location")]
[OutputType(typeof(PathInfo))]
public sealed class PopLocationCommand : LocationCommand
{
    protected override void ProcessRecord() => Try(() =>
    {
        // An empty stack leaves the session where it is.
        if (SessionState.Path.PopLocation(StackName) is { } location)
        {
            Report(location);
        }
    });
}
