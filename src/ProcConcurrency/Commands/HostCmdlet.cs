using System.Collections;
using System.Management.Automation;
using System.Text.RegularExpressions;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency.Commands;

/// <summary>A cmdlet whose processes may run on other machines: which ones, and how ssh reaches them. Names and meaning are New-PSSession's.</summary>
public abstract partial class HostCmdlet : ProcCmdlet
{
    /// <summary>What stands for this machine.</summary>
    internal const string ThisMachine = ".";

    /// <summary>The parameters that say how hosts are reached.</summary>
    private protected static readonly string[] s_ofSsh = [nameof(UserName), nameof(Port), nameof(KeyFilePath), nameof(SshOption), nameof(ConnectTimeout), nameof(ConnectThrottle)];

    /// <summary>The hosts to run on, over ssh; . is this machine.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? HostName { get; set; }

    /// <summary>Whom to log in as.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>The port of the hosts' sshd.</summary>
    [Parameter]
    [ValidateRange(1, ushort.MaxValue)]
    public int Port { get; set; }

    /// <summary>The file of a private key.</summary>
    [Parameter]
    [Alias("IdentityFilePath")]
    [ValidateNotNullOrEmpty]
    public string? KeyFilePath { get; set; }

    /// <summary>Settings of ssh, by their names in ssh_config.</summary>
    [Parameter]
    [Alias("Options")]
    [ValidateNotNull]
    public IDictionary? SshOption { get; set; }

    /// <summary>How long it may take until PowerShell on a host answers.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? ConnectTimeout { get; set; }

    /// <summary>How many hosts are connected to at a time.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ConnectThrottle { get; set; } = 16;

    /// <summary>The program of PowerShell on the hosts, as it was asked for.</summary>
    private protected virtual string? RemoteEngine => null;

    /// <summary>Whether any other machine is named.</summary>
    private protected bool IsRemote => HostName is not null;

    /// <summary>The machines that were asked for, each once; null among them is this machine.</summary>
    /// <exception cref="CallerException">One is named in no way that there is, or a setting makes no sense.</exception>
    private protected IReadOnlyList<RemoteTarget?> Targets()
    {
        var options = Settings(out var isRelative);
        var folder = isRelative ? SessionState.Path.CurrentFileSystemLocation.ProviderPath : null;
        var key = KeyFilePath is null ? null : KeyFile(KeyFilePath);
        RemoteTarget?[] targets = [.. HostName!.Select(Target)];
        if (targets.Contains(null))
        {
            // Results of this machine and of its sshd must not have one name.
            targets = Array.ConvertAll(targets, static target => RemoteTarget.ThisMachine.Equals(target?.Name, StringComparison.OrdinalIgnoreCase) ? target with { Name = "ssh://" + target.Name } : target);
        }

        // Names of hosts have no case, unlike users and files.
        return [.. targets.DistinctBy(static target => target is null ? null : target with { Host = target.Host.ToUpperInvariant(), Name = target.Name.ToUpperInvariant() })];

        RemoteTarget? Target(string text)
        {
            if (text == ThisMachine)
            {
                return null;
            }

            try
            {
                var target = RemoteTarget.Parse(text);
                return target with
                {
                    UserName = target.UserName ?? UserName,
                    Port = target.Port ?? (Port > 0 ? Port : null),
                    KeyFilePath = key,
                    Options = options,
                    Folder = folder,
                    EnginePath = RemoteEngine,
                    ConnectTimeout = ConnectTimeout is null ? target.ConnectTimeout : ConnectTimeout.RunLimit ?? TimeSpan.FromDays(1),
                };
            }
            catch (FormatException error)
            {
                throw Errors.InvalidHostName(error, text);
            }
        }
    }

    /// <summary>Says so where ssh's parameters are given, and no host.</summary>
    private protected void CheckHosts()
    {
        if (!IsRemote && s_ofSsh.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } name)
        {
            throw Errors.NoHostName(name);
        }
    }

    /// <summary>The settings of ssh, a line each.</summary>
    /// <param name="isRelative">Whether a file of one may be in the session's location.</param>
    private string Settings(out bool isRelative)
    {
        isRelative = false;
        var lines = new List<string>();
        foreach (DictionaryEntry option in SshOption ?? new Hashtable())
        {
            var name = $"{option.Key}";
            var value = LanguagePrimitives.ConvertTo<string>(option.Value is bool isOn ? isOn ? "yes" : "no" : option.Value);
            if (!OptionName().IsMatch(name) || string.IsNullOrWhiteSpace(value) || value.AsSpan().IndexOfAny('\n', '\r', '\0') >= 0)
            {
                throw Errors.InvalidSshOption(name);
            }

            isRelative |= RemoteTarget.MayBeRelative(name, value);
            lines.Add($"{name}={value}");
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private string KeyFile(string path)
    {
        var file = GetUnresolvedProviderPathFromPSPath(path);
        return File.Exists(file) ? file : throw Errors.KeyFileNotFound(path);
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]*$")]
    private static partial Regex OptionName();
}
