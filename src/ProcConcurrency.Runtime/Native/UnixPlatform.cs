using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace ProcConcurrency.Runtime.Native;

/// <summary>Linux and macOS: posix_spawn, which needs no managed code between fork and exec, and a socket pair a child.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed unsafe class UnixPlatform : IProcessPlatform
{
    private const int ChannelDescriptor = 3;
    private const string ChildEndpoint = "fd:3";

    public SpawnedProcess Spawn(LaunchSettings settings)
    {
        LibC.KeepExitCodes();
        var channel = LibC.CreateSocketPair();
        (int Ours, int Theirs) output;
        try
        {
            output = LibC.CreateSocketPair();
        }
        catch (IOException)
        {
            _ = LibC.close(channel.Ours);
            _ = LibC.close(channel.Theirs);
            throw;
        }

        int processId;
        int error;
        try
        {
            var program = settings.At(ChildEndpoint);
            error = SpawnWith(LibC.CanChangeDirectory ? program : ByShell(program), channel.Theirs, output.Theirs, out processId);
        }
        catch
        {
            _ = LibC.close(channel.Ours);
            _ = LibC.close(output.Ours);
            throw;
        }
        finally
        {
            _ = LibC.close(channel.Theirs);
            _ = LibC.close(output.Theirs);
        }

        if (error != 0)
        {
            _ = LibC.close(channel.Ours);
            _ = LibC.close(output.Ours);
            throw new ProcessStartException(settings.FileName, Reason(error, settings), ShortageException.ToException(error));
        }

        var stream = new UnixSocketStream(channel.Ours);
        var text = new UnixOutput(output.Ours);
        try
        {
            return new SpawnedProcess(processId, stream, text, UnixReaper.Watch(processId, stream.EndWhenEmpty));
        }
        catch (IOException refused)
        {
            stream.Dispose();
            text.Dispose();
            throw new ProcessStartException(settings.FileName, refused.Message.TrimEnd('.'), refused);
        }
    }

    public void SignalTrees(IReadOnlyCollection<int> processIds, bool force)
    {
        // One that is not found has been reaped, and its id may be somebody else's by now.
        var children = processIds.Select(UnixReaper.Find).OfType<UnixChild>().ToList();
        if (children.Count > 0)
        {
            var processes = ProcessSnapshot.Take();
            children.ForEach(child => child.SignalTree(processes, force));
        }
    }

    public Stream OpenChildEnd(string endpoint)
    {
        if (endpoint != ChildEndpoint)
        {
            throw new ArgumentException($"'{endpoint}' is not a channel that this system knows.", nameof(endpoint));
        }

        LibC.SetCloseOnExec(ChannelDescriptor);
        LibC.IgnoreTerminalStops();
        return new UnixSocketStream(ChannelDescriptor);
    }

    public void KillOwnTree()
    {
        ProcessTree.KillDescendants(Environment.ProcessId);
        _ = LibC.kill(0, LibC.SigKill);
    }

    public void DieOfStopRequest()
    {
        // The parent ends what is below us, but what the script's last blocks started outside of the group it may not know.
        ProcessTree.KillDescendants(Environment.ProcessId);
        _ = LibC.signal(LibC.SigTerm, 0);
        _ = LibC.kill(Environment.ProcessId, LibC.SigTerm);
    }

    /// <summary>The same program, by a shell that changes to its directory and then becomes it: for an old glibc.</summary>
    /// <exception cref="ProcessStartException">There is no such program: the shell would say so too late.</exception>
    internal static LaunchSettings ByShell(LaunchSettings settings) => File.Exists(settings.FileName)
        ? settings with
        {
            FileName = "/bin/sh",
            Arguments = ["-c", "cd \"$1\" && shift && exec \"$@\"", "sh", settings.WorkingDirectory, settings.FileName, .. settings.Arguments],
        }
        : throw new ProcessStartException(settings.FileName, "there is no such file");

    private static int SpawnWith(LaunchSettings settings, int channel, int output, out int processId)
    {
        var attributes = stackalloc byte[LibC.OpaqueSize];
        var actions = stackalloc byte[LibC.OpaqueSize];
        var signals = stackalloc byte[LibC.OpaqueSize];
        _ = LibC.posix_spawnattr_init(attributes);
        _ = LibC.posix_spawn_file_actions_init(actions);
        using var path = new NativeStrings([settings.FileName]);
        using var arguments = new NativeStrings([settings.FileName, .. settings.Arguments]);
        using var environment = new NativeStrings(Variables(settings.Environment));
        try
        {
            // .NET ignores SIGPIPE and masks others; a program started by it must begin like one started by a shell.
            // Who leads a session leads its group already, and can't be put into one; a libc that knows no sessions refuses the flag.
            var flags = (short)(LibC.SpawnSetSignalDefaults | LibC.SpawnSetSignalMask | LibC.s_spawnCloseOthers);
            if (!settings.HasNoTerminal || LibC.posix_spawnattr_setflags(attributes, (short)(flags | LibC.s_spawnSetSession)) != 0)
            {
                _ = LibC.posix_spawnattr_setflags(attributes, (short)(flags | LibC.SpawnSetProcessGroup));
            }

            _ = LibC.posix_spawnattr_setpgroup(attributes, 0);
            _ = LibC.sigfillset(signals);
            _ = LibC.posix_spawnattr_setsigdefault(attributes, signals);
            _ = LibC.sigemptyset(signals);
            _ = LibC.posix_spawnattr_setsigmask(attributes, signals);

            var last = AddDescriptors(actions, settings.HasStandardChannel, channel, output);
            if (LibC.CanCloseFrom)
            {
                // What this process opens itself no program inherits; what it was started with by a shell, it would.
                _ = LibC.posix_spawn_file_actions_addclosefrom_np(actions, last + 1);
            }

            if (LibC.CanChangeDirectory)
            {
                _ = LibC.posix_spawn_file_actions_addchdir_np(actions, settings.WorkingDirectory);
            }

            return LibC.posix_spawn(out processId, path.Pointer[0], actions, attributes, arguments.Pointer, environment.Pointer);
        }
        finally
        {
            _ = LibC.posix_spawn_file_actions_destroy(actions);
            _ = LibC.posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>Says what its descriptors are; gives the number of the last.</summary>
    private static int AddDescriptors(void* actions, bool hasStandardChannel, int channel, int output)
    {
        if (hasStandardChannel)
        {
            _ = LibC.posix_spawn_file_actions_adddup2(actions, channel, 0);
            _ = LibC.posix_spawn_file_actions_adddup2(actions, channel, 1);
            _ = LibC.posix_spawn_file_actions_adddup2(actions, output, 2);
            return 2;
        }

        _ = LibC.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", 0, 0);
        _ = LibC.posix_spawn_file_actions_adddup2(actions, output, 1);
        _ = LibC.posix_spawn_file_actions_adddup2(actions, output, 2);
        _ = LibC.posix_spawn_file_actions_adddup2(actions, channel, ChannelDescriptor);
        return ChannelDescriptor;
    }

    /// <summary>Why it was refused; in other words than the system's where these name what was not given.</summary>
    private static string Reason(int error, LaunchSettings settings)
    {
        if (!Directory.Exists(settings.WorkingDirectory))
        {
            return $"the folder '{settings.WorkingDirectory}', where it was to run, is not there, or can't be reached";
        }

        if (error == LibC.PermissionDenied)
        {
            return $"it may not be run, or the folder '{settings.WorkingDirectory}', where it was to run, may not be entered";
        }

        if (error != LibC.ArgumentListTooLong)
        {
            return Marshal.GetPInvokeErrorMessage(error);
        }

        var largest = Variables(settings.Environment).MaxBy(Encoding.UTF8.GetByteCount)!;
        var size = string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(largest):N0}");
        return $"its environment is larger than the system takes, and the largest variable, '{largest[..largest.IndexOf('=', 1)]}', has {size} bytes";
    }

    private static List<string> Variables(IReadOnlyDictionary<string, string?> changes)
    {
        var variables = new List<string>();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (!changes.ContainsKey((string)entry.Key))
            {
                variables.Add($"{entry.Key}={entry.Value}");
            }
        }

        foreach (var (name, value) in changes)
        {
            if (value is not null)
            {
                variables.Add($"{name}={value}");
            }
        }

        return variables;
    }

    /// <summary>A null-ended array of C strings, freed together.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly int _count;

        internal NativeStrings(List<string> values)
        {
            _count = values.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _count; i++)
            {
                var bytes = Encoding.UTF8.GetBytes(values[i]);
                Pointer[i] = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
                bytes.CopyTo(new Span<byte>(Pointer[i], bytes.Length));
            }
        }

        internal byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++)
            {
                NativeMemory.Free(Pointer[i]);
            }

            NativeMemory.Free(Pointer);
        }
    }
}
