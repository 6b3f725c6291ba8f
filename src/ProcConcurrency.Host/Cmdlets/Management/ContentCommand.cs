using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>What the cmdlets that read and write content share: their paths, and the notes on what they hand out.</summary>
public abstract class ContentCommand : NamedPathCommand
{
    private PathInfo? _notedPath;
    private PSNoteProperty[] _notes = [];

    internal List<PathInfo> ResolvePaths(string[] paths, bool allowNew, bool allowNone, ProviderContext context)
    {
        List<PathInfo> all = [];
        foreach (var path in paths)
        {
            Try(() => all.AddRange(Resolve(path, allowNew, allowNone, context)));
        }

        return all;
    }

    /// <summary>Writes what was read or written with the notes that lead back to its item.</summary>
    internal void WriteContent(object content, long count, PathInfo path, ProviderContext context)
    {
        var result = PSObject.AsPSObject(content);
        if (!ReferenceEquals(_notedPath, path))
        {
            _notedPath = path;
            _notes = [.. NotesOn(path, context)];
        }

        foreach (var note in _notes)
        {
            result.Properties.Add(new PSNoteProperty(note.Name, note.Value), true);
        }

        result.Properties.Add(new PSNoteProperty("ReadCount", count), true);
        WriteObject(result);
    }

    internal void WriteFailure(string errorId, string doing, PathInfo path, Exception cause) =>
        WriteError(new ErrorRecord(
            new ProviderInvocationException($"An error occurred while {doing} the content of '{path.Path}': {cause.Message}", cause),
            errorId,
            ErrorCategory.InvalidOperation,
            path.Path));

    private Collection<PathInfo> Resolve(string path, bool allowNew, bool allowNone, ProviderContext context)
    {
        Collection<PathInfo> found;
        try
        {
            found = SessionState.Path.GetResolvedPSPathFromPSPath(path, context);
        }
        catch (ItemNotFoundException) when (allowNew && (Literal || !WildcardPattern.ContainsWildcardCharacters(path)))
        {
            return [Unresolved(path, context)];
        }

        if (found.Count > 0 || allowNone)
        {
            return found;
        }

        if (allowNew && Literal)
        {
            return [Unresolved(path, context)];
        }

        WriteError(new ErrorRecord(
            new ItemNotFoundException(
                $"An object at the specified path {path} does not exist, or has been filtered by the -Include or -Exclude parameter."),
            "ItemNotFound",
            ErrorCategory.ObjectNotFound,
            path));
        return [];
    }

    private PathInfo Unresolved(string path, ProviderContext context)
    {
        var full = SessionAccess.Unresolved(SessionState.Path, path, context, out var provider, out var drive);
        return SessionAccess.NewPath(drive, provider, full, SessionState);
    }

    private IEnumerable<PSNoteProperty> NotesOn(PathInfo path, ProviderContext context)
    {
        yield return new PSNoteProperty("PSPath", path.Path);
        string? parent = null;
        string? child = null;
        try
        {
            parent = SessionState.Path.ParseParent(path.Path, path.Drive?.Root ?? "", context);
            child = SessionState.Path.ParseChildName(path.Path, context);
        }
        catch (NotSupportedException)
        {
            // A provider without folders has neither.
        }

        yield return new PSNoteProperty("PSParentPath", parent);
        yield return new PSNoteProperty("PSChildName", child);
        if (path.Drive is { } drive)
        {
            yield return new PSNoteProperty("PSDrive", drive);
        }

        yield return new PSNoteProperty("PSProvider", path.Provider);
    }
}
