using System.Diagnostics;

namespace ProcConcurrency.Scripts;

/// <summary>
/// The program that runs the scripts: PROCCONCURRENCY_TEST_ENGINE is <c>embedded</c> (the default), <c>pwsh</c> or a path to
/// one, or a path to another build of the embedded engine (.dll). A pwsh that has Pester 5 uses it; else our own runner.
/// </summary>
internal sealed record Engine(string Program, IReadOnlyList<string> Prefix, string Script)
{
    private static readonly Lazy<Engine> Chosen = new(Choose);

    public static Engine Current => Chosen.Value;

    private static string OwnRunner => Path.Combine(Layout.Runner, "run.ps1");

    private static string PesterRunner => Path.Combine(Layout.Runner, "pester.ps1");

    /// <summary>This engine with our own runner, whatever else it has.</summary>
    public Engine WithOwnRunner() => this with { Script = OwnRunner };

    public ProcessStartInfo Start(IEnumerable<string> arguments) =>
        new(Program, [.. Prefix, "-File", Script, .. arguments])
        {
            WorkingDirectory = Layout.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

    private static Engine Choose()
    {
        var asked = Environment.GetEnvironmentVariable("PROCCONCURRENCY_TEST_ENGINE");
        if (string.IsNullOrEmpty(asked) || asked == "embedded")
        {
            return Embedded(Layout.Host);
        }

        if (asked.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
        {
            return Embedded(asked);
        }

        var pwsh = new Engine(asked, ["-NoLogo", "-NoProfile", "-NonInteractive"], OwnRunner);
        return HasPester(pwsh) ? pwsh with { Script = PesterRunner } : pwsh;
    }

    private static Engine Embedded(string assembly) =>
        File.Exists(assembly)
            ? new Engine("dotnet", [assembly], OwnRunner)
            : throw new FileNotFoundException($"The embedded engine is not built: there is no {assembly}.");

    private static bool HasPester(Engine pwsh)
    {
        const string Question = "exit [int](-not (Get-Module Pester -ListAvailable | Where-Object { $_.Version.Major -eq 5 }))";
        using var process = Process.Start(new ProcessStartInfo(pwsh.Program, [.. pwsh.Prefix, "-Command", Question]))!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
