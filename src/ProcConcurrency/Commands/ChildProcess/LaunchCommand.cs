using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Commands;

/// <summary>What New-ChildProcess and Start-ChildProcess share: everything that says what a child runs, with what and where.</summary>
public abstract class LaunchCommand : HostCmdlet
{
    private const string BlockSet = "ScriptBlock";
    private const string FileSet = "FilePath";
    private const string CommandSet = "Command";
    private const string TypeSet = "Type";
    private readonly List<object?> _input = [];
    private bool _hasInput;

    /// <summary>The block to run.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = BlockSet)]
    [Takes<ScriptBlock>(Advice = "give code in braces; -FilePath takes a script file, -Command the name of a command")]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>A script file to run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath")]
    public string? FilePath { get; set; }

    /// <summary>The name of a function, cmdlet, script or program to run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CommandSet)]
    [ArgumentCompleter(typeof(CommandNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Command { get; set; }

    /// <summary>A PowerShell class; the child makes one and calls its Run method.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TypeSet)]
    public Type? Type { get; set; }

    /// <summary>Arguments by position.</summary>
    [Parameter(Position = 1, ParameterSetName = BlockSet)]
    [Parameter(Position = 1, ParameterSetName = FileSet)]
    [Parameter(Position = 1, ParameterSetName = CommandSet)]
    [Parameter(Position = 1, ParameterSetName = TypeSet)]
    [Alias("Args")]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Arguments by name.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = CommandSet)]
    public IDictionary? Parameters { get; set; }

    /// <summary>What is piped into the block.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = BlockSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = FileSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = CommandSet)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>The child's name.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = TypeSet)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The session's end ends the child.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = TypeSet)]
    public SwitchParameter Daemon { get; set; }

    /// <summary>A block to run first, in the child's global scope.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = TypeSet)]
    [Takes<ScriptBlock>]
    public ScriptBlock? InitializationScript { get; set; }

    /// <summary>The folder that the child starts in.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = TypeSet)]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>Changes to the environment; a null value takes a variable away.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = TypeSet)]
    public IDictionary? Environment { get; set; }

    /// <summary>Modules that the child imports first.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = TypeSet)]
    [ArgumentCompleter(typeof(ModuleNameCompleter))]
    public string[]? Module { get; set; }

    /// <summary>How long the child may run: what is left of it and below it then is killed.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = TypeSet)]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? TimeLimit { get; set; }

    /// <summary>The PowerShell program that runs the child.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = TypeSet)]
    [ArgumentCompleter(typeof(EnginePathCompleter))]
    [ValidateNotNullOrEmpty]
    public string? EnginePath { get; set; }

    private protected bool TakesInput => ScriptBlock is not null || FilePath is not null || Command is not null;

    private protected override void Process()
    {
        if (TakesInput && MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
        {
            _hasInput = true;
            _input.Add(InputObject);
        }
    }

    private protected override string? RemoteEngine => EnginePath;

    /// <summary>Makes the process, checked and named, not started; on several hosts, one for each.</summary>
    private protected IEnumerable<ChildProcess> Create()
    {
        CheckHosts();
        var targets = IsRemote ? Targets() : [null];
        return targets.Select(target => Create(target, Name is null || targets.Count == 1 ? Name : $"{Name}-{AsPartOfName(target?.Name ?? RemoteTarget.ThisMachine)}"));
    }

    /// <summary>A host's name without what a child's name may not have: that of <c>[fe80::1]:22</c> would be a pattern.</summary>
    private static string AsPartOfName(string hostName) =>
        hostName.Replace('[', '(').Replace(']', ')').Replace('*', '_').Replace('?', '_');

    private ChildProcess Create(RemoteTarget? target, string? chosen)
    {
        if (chosen is not null)
        {
            ChildProcessTable.CheckFree(chosen);
        }

        if (Parameters?.Keys.Cast<object>().FirstOrDefault(static key => key is not string) is { } key)
        {
            throw Errors.InvalidParameterName(key);
        }

        // With hosts, program and folder are theirs; for this machine among them they are the usual ones.
        var launch = target is not null
            ? EngineChoice.RemoteSettings(WorkingDirectory, Environment)
            : EngineChoice.Settings(this, IsRemote ? null : EnginePath, IsRemote ? null : WorkingDirectory, Environment);
        var name = chosen ?? ChildProcessTable.NextName();
        var settings = new RunSettings
        {
            Bundle = Bundle(target is not null),
            ArgumentList = ArgumentList ?? [],
            Parameters = Parameters,
            Input = _hasInput ? [.. _input] : null,
            Name = name,
            Culture = CultureInfo.CurrentCulture.Name,
            UICulture = CultureInfo.CurrentUICulture.Name,
            Location = target is null ? EngineChoice.Location(this, WorkingDirectory) : null,
        };
        var kept = new List<ProcObject>();
        var plan = new LaunchPlan(Shown(), launch, settings, settings.Encode(SessionValues.For(target?.Name), kept)) { Kept = kept, Target = target, ConnectThrottle = ConnectThrottle, HasSessionEngine = target is null && EnginePath is null };
        var process = new ChildProcess(plan, name, Daemon) { TimeLimit = TimeLimit?.RunLimit };
        ChildProcessTable.Add(process);
        return process;
    }

    private ScriptBundle Bundle(bool isElsewhere)
    {
        var modules = new ModuleNames(SessionState, ModuleNames.SearchIsSame(Environment, EnginePath), isElsewhere).Check(Module);
        var collector = new ScriptCollector(SessionState, isElsewhere).Initialization(InitializationScript).Modules(modules);
        return (ParameterSetName switch
        {
            FileSet => collector.Block(EngineChoice.ReadScript(this, FilePath!)),
            CommandSet => collector.Command(Command!),
            TypeSet => collector.Type(Type!),
            _ => collector.Block(ScriptBlock!),
        }).Build();
    }

    private string Shown() => ParameterSetName switch
    {
        FileSet => FilePath!,
        CommandSet => Command!,
        TypeSet => Type!.Name,
        _ => ScriptBlock!.ToString(),
    };
}
