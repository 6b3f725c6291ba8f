using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ProcConcurrency.Commands;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>How a pool's workers are started and set up: checked and encoded in the caller, where a mistake is an error at once.</summary>
internal sealed class PoolSetup
{
    /// <summary>What a worker calls itself.</summary>
    internal const string WorkerName = "PoolWorker";

    private readonly LaunchSettings _launch;
    private readonly LaunchSettings _remoteLaunch;
    private readonly HostSet? _hosts;
    private readonly byte[] _opening;
    private readonly WorkerKey _key;

    // What the settings mention: every new worker reads them again.
    private readonly List<ProcObject> _kept = [];

    /// <param name="cmdlet">Whose session's modules, functions and location count.</param>
    /// <param name="options">What was asked for.</param>
    /// <exception cref="CallerException">Something of it can't be had.</exception>
    internal PoolSetup(PSCmdlet cmdlet, Options options)
    {
        // With hosts, program and folder are theirs; for this machine among them they are the usual ones.
        var isRemote = options.Hosts is not null;
        _hosts = options.Hosts;
        _launch = EngineChoice.Settings(cmdlet, isRemote ? null : options.EnginePath, isRemote ? null : options.WorkingDirectory, options.Environment);
        _remoteLaunch = isRemote ? EngineChoice.RemoteSettings(options.WorkingDirectory, options.Environment) : _launch;
        var modules = new ModuleNames(cmdlet.SessionState, ModuleNames.SearchIsSame(options.Environment, options.EnginePath), isRemote).Check(options.Modules);
        var collector = new ScriptCollector(cmdlet.SessionState, isRemote).Initialization(options.Initialization).Modules(modules);
        var settings = new RunSettings
        {
            Bundle = collector.Build(),
            InitializationArguments = options.InitializationArguments ?? [],
            Name = WorkerName,
            Culture = CultureInfo.CurrentCulture.Name,
            UICulture = CultureInfo.CurrentUICulture.Name,
            Location = isRemote ? null : EngineChoice.Location(cmdlet, options.WorkingDirectory),
            ReportsMemory = options.ReportsMemory,
        };
        MayLoad = collector.MayLoad;
        _opening = RunSettings.Named(settings.Name, settings.Encode(SessionValues.For(_hosts), _kept));
        _key = WarmWorkers.KeyOf(_launch, options.Environment, _opening);
    }

    /// <summary>Whether workers may have types of their own, that their modules or the initialization load.</summary>
    internal bool MayLoad { get; }

    /// <summary>Where workers come from.</summary>
    /// <param name="fresh">Every one is to be new, and none is kept for a later pool.</param>
    internal WorkerSource Source(bool fresh) => _hosts is not null ? RemoteSource(_hosts) : new WorkerSource(
        _opening,
        (worker, place, onOutput) =>
        {
            GC.KeepAlive(_kept);
            return ChildLink.Start(_launch, place!, worker, WorkerName, daemon: true, onOutput);
        },
        StartPlace.Take)
    {
        Keeper = fresh ? null : WarmWorkers.Keeper,
        Key = fresh ? null : _key,
    };

    private WorkerSource RemoteSource(HostSet hosts) => new(
        _opening,
        (worker, place, onOutput) =>
        {
            GC.KeepAlive(_kept);
            return ((HostPlace)place!).Start((host, start, canceled) =>
                ChildLink.Start(host == ProcessHost.Local ? _launch : _remoteLaunch, start, worker, WorkerName, daemon: true, onOutput, host, canceled));
        },
        hosts.TakePlace)
    {
        Needed = hosts,
        MayTakeLong = true,
        KeepsPlaces = true,
        OnRefused = hosts.TryDoWithout,
        OnSick = crash => hosts.TryDoWithout(crash.HostName, Errors.SickHost(crash)),
    };

    /// <summary>What a pool's caller may ask of its workers.</summary>
    internal sealed record Options
    {
        internal ScriptBlock? Initialization { get; init; }

        internal object?[]? InitializationArguments { get; init; }

        internal string[]? Modules { get; init; }

        internal string? WorkingDirectory { get; init; }

        internal IDictionary? Environment { get; init; }

        internal string? EnginePath { get; init; }

        internal bool ReportsMemory { get; init; }

        /// <summary>Where they run; null for this machine alone.</summary>
        internal HostSet? Hosts { get; init; }
    }
}
