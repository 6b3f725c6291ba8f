using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands.Binding;

/// <summary>A shared object named by a handle or, in the session's hub, by its name or by a row. PowerShell's own conversion makes one of any of these.</summary>
public sealed class ProcObjectReference
{
    private readonly ProcObject? _object;
    private readonly ObjectRow? _row;
    private readonly string _name = string.Empty;
    private readonly string _hubId = string.Empty;

    /// <summary>The object itself.</summary>
    /// <param name="handle">A handle to it.</param>
    public ProcObjectReference(ProcObject handle) => _object = handle;

    /// <summary>What Get-ProcObject tells of it.</summary>
    /// <param name="info">Its description.</param>
    public ProcObjectReference(ProcObjectInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        _object = HubKinds.Open(info);
    }

    /// <summary>A name.</summary>
    /// <param name="name">The name, as -Name gave it; its case does not count.</param>
    public ProcObjectReference(string name) => _name = name;

    /// <summary>A row: what Import-Csv makes of one that was exported.</summary>
    /// <param name="row">An object with Name or Id, and perhaps Kind and HubId; what it has is the object's.</param>
    public ProcObjectReference(PSObject row)
    {
        _row = ObjectRow.Of(typeof(ProcObjectReference), row, "Name", "Id", "Kind");
        _name = $"{_row}";
        _hubId = $"{row.Properties["HubId"]?.Value}";
    }

    private bool IsPattern => this is { _object: null, _row: null } && WildcardPattern.ContainsWildcardCharacters(_name);

    /// <inheritdoc/>
    public override string ToString() => _object?.ToString() ?? _name;

    /// <summary>The object, of one of the kinds that a command takes.</summary>
    /// <param name="kinds">What to call them in an error.</param>
    /// <param name="timeout">How long a name may be looked up, where the hub's process is stopped; null for ever.</param>
    /// <exception cref="CallerException">There is none with that name, or it is of another kind, or the hub did not answer in time.</exception>
    internal T Resolve<T>(string kinds, TimeSpan? timeout = null)
        where T : ProcObject
    {
        var found = _object ?? Find(timeout) ?? throw Errors.ObjectNotFound(_name, kinds, _row?.Columns);
        return found as T ?? throw Errors.WrongKind(found, kinds);
    }

    /// <summary>The objects, of one of the kinds that a command takes: any number, none too, where it is a name with wildcards.</summary>
    /// <param name="references">What was named.</param>
    /// <param name="kinds">What to call them in an error.</param>
    /// <param name="onError">Told, where several were named, which of them there is not, or is of another kind.</param>
    /// <param name="timeout">How long each may be looked up; null for ever.</param>
    /// <exception cref="CallerException">The only one that was named is not there, or of another kind.</exception>
    internal static IEnumerable<T> ResolveAll<T>(ProcObjectReference[] references, string kinds, Action<ErrorRecord> onError, TimeSpan? timeout = null)
        where T : ProcObject
    {
        foreach (var reference in references)
        {
            if (reference.IsPattern)
            {
                foreach (var found in reference.Matching(timeout).Select(HubKinds.Open).OfType<T>())
                {
                    yield return found;
                }

                continue;
            }

            T one;
            try
            {
                one = reference.Resolve<T>(kinds, timeout);
            }
            catch (CallerException error) when (references.Length > 1)
            {
                onError(error.Record);
                continue;
            }

            yield return one;
        }
    }

    /// <summary>Whether more than one object may be meant: then what one can't do is an error of its own, and the others are done.</summary>
    internal static bool MeanSeveral(ProcObjectReference[] references) => references.Length > 1 || references.Any(static reference => reference.IsPattern);

    private IReadOnlyList<ProcObjectInfo> Known(TimeSpan? timeout)
    {
        try
        {
            return ProcObjectInfo.List(SessionValues.Hub, timeout);
        }
        catch (TimeoutException)
        {
            throw Errors.NameWaitTimeout(_name, timeout!.Value);
        }
    }

    private List<ProcObjectInfo> Matching(TimeSpan? timeout) => NamePattern.Meant(_name, Known(timeout), static info => info.Name);

    private ProcObject? Find(TimeSpan? timeout)
    {
        if (_row is not null)
        {
            // The numbers begin with 1 in every hub.
            if (_hubId.Length > 0 && _hubId != SessionValues.Hub.HubId())
            {
                throw Errors.ObjectElsewhere(_row.Columns);
            }

            var meant = Known(timeout).FirstOrDefault(info =>
                _row.Fits(column => column switch { "Name" => info.Name, "Id" => info.Id, _ => info.Kind }));
            return meant is null ? null : HubKinds.Open(meant);
        }

        // A word with wildcards in it names one object only where that is called so.
        var info = Matching(timeout).FirstOrDefault(info => !IsPattern || string.Equals(info.Name, _name, StringComparison.OrdinalIgnoreCase));
        return info is null ? null : HubKinds.Open(info);
    }
}
