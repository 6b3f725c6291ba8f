using System.Management.Automation;
using ProcConcurrency.Jobs;

namespace ProcConcurrency.Commands;

/// <summary>Creates a child process without starting it.</summary>
[Cmdlet(VerbsCommon.New, "ChildProcess", DefaultParameterSetName = "ScriptBlock", SupportsShouldProcess = true)]
[OutputType(typeof(ChildProcess))]
public sealed class NewChildProcessCommand : LaunchCommand
{
    private protected override void End()
    {
        if (ShouldProcess(Name ?? "child process", "Create"))
        {
            WriteObject(Create(), enumerateCollection: true);
        }
    }
}
