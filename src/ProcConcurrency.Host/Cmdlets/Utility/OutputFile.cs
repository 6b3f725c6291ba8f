using System.Management.Automation;
using System.Text;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>The files cmdlets read and write, and the errors they report about them.</summary>
internal static class OutputFile
{
    /// <summary>The file system path of an argument, whose file need not exist.</summary>
    internal static string Resolve(PSCmdlet owner, string path, bool literal)
    {
        var paths = owner.SessionState.Path;
        if (!literal && WildcardPattern.ContainsWildcardCharacters(path))
        {
            try
            {
                var found = paths.GetResolvedProviderPathFromPSPath(path, out _);
                if (found.Count == 1)
                {
                    return found[0];
                }
            }
            catch (ItemNotFoundException)
            {
                // A new file may bear such a name.
            }
        }

        return paths.GetUnresolvedProviderPathFromPSPath(path);
    }

    internal static StreamWriter Open(
        PSCmdlet owner, string path, Encoding encoding, bool append = false, bool force = false, bool noClobber = false)
    {
        try
        {
            if (force && File.Exists(path))
            {
                File.SetAttributes(path, File.GetAttributes(path) & ~FileAttributes.ReadOnly);
            }

            var mode = append ? FileMode.Append : noClobber ? FileMode.CreateNew : FileMode.Create;
            return new StreamWriter(new FileStream(path, mode, FileAccess.Write, FileShare.Read), encoding);
        }
        catch (IOException failure) when (noClobber && File.Exists(path))
        {
            throw Failed(owner, failure, "NoClobber", ErrorCategory.ResourceExists, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Failed(owner, failure, "FileOpenFailure", ErrorCategory.OpenError, path);
        }
    }

    /// <summary>The existing files that paths name; each one missing is reported.</summary>
    internal static IEnumerable<string> Existing(PSCmdlet owner, IEnumerable<string> paths, bool literal)
    {
        foreach (var path in paths)
        {
            IEnumerable<string> found = [];
            try
            {
                found = literal
                    ? [owner.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)]
                    : owner.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
            }
            catch (ItemNotFoundException failure)
            {
                owner.WriteError(new ErrorRecord(failure, "PathNotFound", ErrorCategory.ObjectNotFound, path));
            }

            foreach (var file in found)
            {
                if (File.Exists(file))
                {
                    yield return file;
                }
                else if (literal)
                {
                    var failure = new ItemNotFoundException($"Cannot find path '{file}' because it does not exist.");
                    owner.WriteError(new ErrorRecord(failure, "PathNotFound", ErrorCategory.ObjectNotFound, path));
                }
            }
        }
    }

    private static PipelineStoppedException Failed(PSCmdlet owner, Exception failure, string id, ErrorCategory category, string path)
    {
        owner.ThrowTerminatingError(new ErrorRecord(failure, id, category, path));
        return new PipelineStoppedException();
    }
}
