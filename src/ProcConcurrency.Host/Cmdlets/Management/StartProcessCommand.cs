using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Start-Process: starts a program beside the script.</summary>
[Cmdlet(VerbsLifecycle.Start, "Process", SupportsShouldProcess = true)]
[OutputType(typeof(Process))]
public sealed class StartProcessCommand : PSCmdlet, IDisposable
{
    // What is left in the pipes of a process that has ended comes at once; a grandchild may hold them open for ever.
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _copies = [];

    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "Path")]
    public string FilePath { get; set; } = "";

    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [Alias("Args")]
    public string[]? ArgumentList { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    [Parameter]
    [Alias("nnw")]
    public SwitchParameter NoNewWindow { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    [Alias("RSE")]
    [ValidateNotNullOrEmpty]
    public string? RedirectStandardError { get; set; }

    [Parameter]
    [Alias("RSO")]
    [ValidateNotNullOrEmpty]
    public string? RedirectStandardOutput { get; set; }

    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    [ValidateNotNull]
    [Alias("Env")]
    public Hashtable? Environment { get; set; }

    public void Dispose() => _stop.Dispose();

    protected override void BeginProcessing()
    {
        var start = Describe();
        if (start is null || !ShouldProcess($"{start.FileName} {start.Arguments}".Trim()))
        {
            return;
        }

        var process = Start(start);
        if (PassThru)
        {
            WriteObject(process);
        }

        if (Wait)
        {
            WaitFor(process);
        }
    }

    protected override void StopProcessing() => _stop.Cancel();

    private ProcessStartInfo? Describe()
    {
        var folder = WorkingDirectory is { } given ? FullPath(given) : SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        if (!Directory.Exists(folder))
        {
            WriteError(new ErrorRecord(
                new DirectoryNotFoundException(
                    "This command cannot be run because either the parameter \"WorkingDirectory\" has a value that is not valid "
                    + "or cannot be used with this command. Give a valid input and Run your command again."),
                "DirectoryNotFoundException",
                ErrorCategory.InvalidOperation,
                null));
            return null;
        }

        RedirectStandardOutput = RedirectStandardOutput is { } output ? FullPath(output) : null;
        RedirectStandardError = RedirectStandardError is { } errors ? FullPath(errors) : null;
        if (RedirectStandardOutput is not null && RedirectStandardOutput == RedirectStandardError)
        {
            WriteError(new ErrorRecord(
                new InvalidOperationException(
                    "This command cannot be run because \"RedirectStandardOutput\" and \"RedirectStandardError\" are same. "
                    + "Give different inputs and Run your command again."),
                "InvalidOperationException",
                ErrorCategory.InvalidOperation,
                null));
            return null;
        }

        var command = SessionState.InvokeCommand.GetCommand(FilePath, CommandTypes.Application | CommandTypes.ExternalScript);
        var start = new ProcessStartInfo
        {
            FileName = command?.Definition ?? FilePath,
            // The real cmdlet joins them by spaces and quotes nothing.
            Arguments = string.Join(' ', ArgumentList ?? []),
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = RedirectStandardOutput is not null,
            RedirectStandardError = RedirectStandardError is not null,
        };
        foreach (DictionaryEntry entry in Environment ?? [])
        {
            start.Environment[entry.Key.ToString()!] = entry.Value?.ToString();
        }

        return start;
    }

    private Process Start(ProcessStartInfo start)
    {
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception failure)
        {
            process.Dispose();
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException($"This command cannot be run due to the error: {failure.Message}", failure),
                "InvalidOperationException",
                ErrorCategory.InvalidOperation,
                null));
        }

        if (RedirectStandardOutput is { } output)
        {
            _copies.Add(CopyAsync(process.StandardOutput.BaseStream, output));
        }

        if (RedirectStandardError is { } errors)
        {
            _copies.Add(CopyAsync(process.StandardError.BaseStream, errors));
        }

        return process;
    }

    // The file is there when the command is done, though its content may still come.
    private static Task CopyAsync(Stream source, string path)
    {
        var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        return Copy();

        async Task Copy()
        {
            await using (target.ConfigureAwait(false))
            {
                await source.CopyToAsync(target).ConfigureAwait(false);
            }
        }
    }

    private void WaitFor(Process process)
    {
        try
        {
            process.WaitForExitAsync(_stop.Token).GetAwaiter().GetResult();
            Task.WaitAll([.. _copies], (int)LastOutput.TotalMilliseconds, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private string FullPath(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(WildcardPattern.Unescape(path));
}
