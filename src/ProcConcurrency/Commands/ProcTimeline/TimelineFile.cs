using System.Management.Automation;

namespace ProcConcurrency.Commands;

/// <summary>The files that a timeline is read from and written to, found and opened as Export-Csv does.</summary>
internal static class TimelineFile
{
    /// <summary>The path in the file system of a file that may not be there yet.</summary>
    internal static string Resolve(PSCmdlet cmdlet, string path)
    {
        var resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return provider.Name.Equals("FileSystem", StringComparison.OrdinalIgnoreCase) ? resolved : throw Errors.NotInFileSystem(path);
    }

    /// <summary>The files that a path names: the one of this very name, or else those that it fits as a pattern.</summary>
    internal static IEnumerable<string> Find(PSCmdlet cmdlet, string path)
    {
        var literal = Resolve(cmdlet, path);
        if (File.Exists(literal))
        {
            return [literal];
        }

        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            throw Errors.LogNotFound(path);
        }

        var found = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
        return found.Count > 0 ? found : throw Errors.LogNotFound(path);
    }

    /// <summary>What is read from a file, whose failures become errors of ours.</summary>
    internal static IEnumerable<T> Guard<T>(string path, IEnumerable<T> content)
    {
        using var items = content.GetEnumerator();
        while (Opened(path, items.MoveNext))
        {
            yield return items.Current;
        }
    }

    /// <summary>Writes a file as Export-Csv has it: -Force overwrites one that is read-only, -NoClobber none.</summary>
    internal static void Write(string path, bool force, bool noClobber, MemoryStream content)
    {
        if (noClobber && File.Exists(path))
        {
            throw Errors.NoClobber(path);
        }

        var isReadOnly = force && File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly);
        if (isReadOnly)
        {
            File.SetAttributes(path, File.GetAttributes(path) & ~FileAttributes.ReadOnly);
        }

        try
        {
            Opened(path, () =>
            {
                using var file = new FileStream(path, noClobber ? FileMode.CreateNew : FileMode.Create, FileAccess.Write, FileShare.Read);
                content.WriteTo(file);
                return true;
            });
        }
        finally
        {
            if (isReadOnly)
            {
                File.SetAttributes(path, File.GetAttributes(path) | FileAttributes.ReadOnly);
            }
        }
    }

    private static T Opened<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.FileOpenFailure(path, error);
        }
    }
}
