using System.Diagnostics;
using System.Text;

namespace ProcConcurrency.Scripts;

/// <summary>One engine process, from its start until nothing of it is left, or until what is left has been named and ended.</summary>
internal sealed class EngineRun
{
    private const int TailLines = 60;

    // What the engine leaves may take a moment to see that it is alone.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private EngineRun(int? exitCode, string output, string results, IReadOnlyList<string> leftovers)
    {
        ExitCode = exitCode;
        Output = output;
        Results = results;
        Leftovers = leftovers;
    }

    /// <summary>Null when it was ended because it took too long.</summary>
    public int? ExitCode { get; }

    public string Output { get; }

    /// <summary>The JSON lines that the runner wrote.</summary>
    public string Results { get; }

    /// <summary>Processes and files that outlived the engine.</summary>
    public IReadOnlyList<string> Leftovers { get; }

    public string Tail => string.Join('\n', Output.TrimEnd().Split('\n').TakeLast(TailLines));

    public static async Task<EngineRun> RunAsync(Engine engine, IEnumerable<string> files, TimeSpan limit, TimeSpan? grace = null)
    {
        // Short, because Unix domain sockets below it have little room for their path.
        var folder = Directory.CreateTempSubdirectory("pct-").FullName;
        var results = folder + ".jsonl";
        var marker = Guid.NewGuid().ToString("N");
        try
        {
            var start = engine.Start(["-Path", string.Join(Path.PathSeparator, files), "-ResultPath", results]);
            start.Environment[Leftover.Variable] = marker;
            start.Environment["TMPDIR"] = start.Environment["TEMP"] = start.Environment["TMP"] = folder;
            // The runtime's own debugger sockets would stay behind from a killed process.
            start.Environment["DOTNET_EnableDiagnostics"] = "0";
            start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
            start.Environment["POWERSHELL_UPDATECHECK"] = "Off";

            var (exitCode, output, processes) = await RunProcessAsync(start, marker, limit, grace ?? Grace).ConfigureAwait(false);
            return new EngineRun(exitCode, output, File.Exists(results) ? await File.ReadAllTextAsync(results).ConfigureAwait(false) : "",
                [.. processes, .. Leftover.Files(folder)]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            File.Delete(results);
        }
    }

    private static async Task<(int? ExitCode, string Output, IReadOnlyList<string> Processes)> RunProcessAsync(
        ProcessStartInfo start, string marker, TimeSpan limit, TimeSpan grace)
    {
        var output = new StringBuilder();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var readers = Task.WhenAll(CopyAsync(process.StandardOutput, output), CopyAsync(process.StandardError, output));

        int? exitCode = null;
        using (var clock = new CancellationTokenSource(limit))
        {
            try
            {
                await process.WaitForExitAsync(clock.Token).ConfigureAwait(false);
                exitCode = process.ExitCode;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        var processes = await Leftover.EndProcessesAsync(marker, grace).ConfigureAwait(false);
        // Whatever still holds the pipes by now bears no marker: don't wait for it for ever.
        await Task.WhenAny(readers, Task.Delay(TimeSpan.FromSeconds(10))).ConfigureAwait(false);
        lock (output)
        {
            return (exitCode, output.ToString(), processes);
        }
    }

    private static async Task CopyAsync(StreamReader from, StringBuilder to)
    {
        while (await from.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (to)
            {
                to.Append(line).Append('\n');
            }
        }
    }
}
