using System.Reflection;

namespace ProcConcurrency.Host;

/// <summary>
/// The embedded engine:
/// <code>
/// Main -> -File, -Command: ScriptRunner -> ConsoleHost (terminal)
///      -> -Child: the module's ChildMain, in this process, with this engine's session state
/// </code>
/// </summary>
internal static class Program
{
    private const int UsageError = 64;

    // Scripts recurse deeper than a thread's usual stack allows; the memory is only reserved.
    private const int StackSize = 128 * 1024 * 1024;

    private static int Main(string[] arguments)
    {
        SideServices.TurnOff();
        AppContext.SetData("ProcConcurrency.EmbeddedHost", typeof(Program).Assembly.Location);
        AppContext.SetData("ProcConcurrency.CreateSessionState", EngineState.Create);
        CommandLine line;
        try
        {
            line = CommandLine.Parse(arguments);
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine(CommandLine.Usage);
            return UsageError;
        }

        switch (line.Mode)
        {
            case HostMode.Help:
                Console.WriteLine(CommandLine.Usage);
                return 0;
            case HostMode.Version:
                Console.WriteLine($"ProcConcurrency.Host {typeof(Program).Assembly.GetName().Version?.ToString(3)}");
                return 0;
            case HostMode.Child:
                return RunChild(line.Text, line.Arguments[0]);
            case HostMode.File when !File.Exists(line.Text):
                Console.Error.WriteLine($"The script '{line.Text}' does not exist.");
                return UsageError;
            default:
                return OnLargeStack(() => new ScriptRunner().Run(line));
        }
    }

    private static int RunChild(string assembly, string endpoint)
    {
        var run = Assembly.LoadFrom(assembly)
            .GetType("ProcConcurrency.Worker.ChildMain", throwOnError: true)!
            .GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!
            .CreateDelegate<Func<string, int>>();
        return run(endpoint);
    }

    private static int OnLargeStack(Func<int> run)
    {
        var code = 1;
        var thread = new Thread(() => code = run(), StackSize) { Name = "main" };
        thread.Start();
        thread.Join();
        return code;
    }
}
