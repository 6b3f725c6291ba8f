using System.Diagnostics;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Wait-Process: waits until processes have ended.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Process", DefaultParameterSetName = "Name")]
[OutputType(typeof(Process))]
public sealed class WaitProcessCommand : ProcessCommand, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Process> _processes = [];

    [Parameter(Position = 0, ParameterSetName = "Name", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[]? Name { get; set; }

    [Parameter(Position = 0, ParameterSetName = "Id", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PID", "ProcessId")]
    public int[] Id { get; set; } = [];

    [Parameter(ParameterSetName = "InputObject", Mandatory = true, ValueFromPipeline = true)]
    public Process[] InputObject { get; set; } = [];

    [Parameter(Position = 1)]
    [Alias("TimeoutSec")]
    [ValidateRange(0, 32767)]
    public int? Timeout { get; set; }

    [Parameter]
    public SwitchParameter Any { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    public void Dispose() => _stop.Dispose();

    protected override void ProcessRecord()
    {
        foreach (var process in ParameterSetName switch
        {
            "Id" => ById(Id),
            "InputObject" => InputObject,
            _ => ByName(Name ?? ["*"]),
        })
        {
            if (process.Id == Environment.ProcessId)
            {
                Report(
                    "This command stopped operation because it cannot wait on itself. Specify another process and Run your command again.",
                    "WaitOnItself",
                    ErrorCategory.ObjectNotFound,
                    process);
                continue;
            }

            _processes.Add(process);
        }
    }

    protected override void EndProcessing()
    {
        if (_processes.Count > 0)
        {
            Wait();
        }

        foreach (var process in _processes)
        {
            // With -Any the others may go on.
            if (!process.HasExited && !Any)
            {
                WriteError(new ErrorRecord(
                    new TimeoutException(
                        $"This command stopped operation because process \"{NameOf(process)} ({process.Id})\" "
                        + "is not stopped in the specified time-out."),
                    "ProcessNotTerminated",
                    ErrorCategory.CloseError,
                    process));
            }

            if (PassThru)
            {
                WriteObject(process);
            }
        }
    }

    protected override void StopProcessing() => _stop.Cancel();

    private void Wait()
    {
        var ends = _processes.ConvertAll(process => process.WaitForExitAsync(_stop.Token)).ToArray();
        var limit = Timeout is { } seconds ? seconds * 1000 : System.Threading.Timeout.Infinite;
        try
        {
            _ = Any ? Task.WaitAny(ends, limit, _stop.Token) >= 0 : Task.WaitAll(ends, limit, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
