using System.Text;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// The folder of a socket for which nobody gave an address; only its user can enter it. It is in the temporary folder, where a
/// socket can be there: TMPDIR may lead to nothing, to what can't be written, or further down than a socket's path may go. Then
/// it is in the user's run-time folder, or where the system has its temporary files.
/// </summary>
internal static class SocketFolder
{
    private const string Prefix = "procconcurrency-";
    private const string Template = Prefix + "XXXXXX";

    /// <summary>Makes a folder of its own.</summary>
    /// <param name="fileName">The name that the socket will have in it.</param>
    /// <exception cref="IOException">There is no place for one.</exception>
    internal static string Create(string fileName) => OperatingSystem.IsWindows()
        ? Directory.CreateTempSubdirectory(Prefix).FullName
        : Create(fileName, [Path.GetTempPath(), Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), "/tmp", "/var/tmp"]);

    /// <summary>Makes it in the first of some places that can have it.</summary>
    internal static string Create(string fileName, IEnumerable<string?> places)
    {
        var failures = new List<string>();
        foreach (var place in places.Where(static it => !string.IsNullOrEmpty(it)).Select(static it => Path.TrimEndingDirectorySeparator(Path.GetFullPath(it!))).Distinct())
        {
            var template = Path.Combine(place, Template);
            if (Encoding.UTF8.GetByteCount(Path.Combine(template, fileName)) > HubAddress.MaxPath)
            {
                failures.Add($"'{place}' is longer than a socket's path may be");
                continue;
            }

            try
            {
                return LibC.CreateFolder(template);
            }
            catch (IOException error)
            {
                failures.Add($"'{place}': {error.Message}");
            }
        }

        throw new IOException($"There is no folder for its socket: {string.Join("; ", failures)}. Give an address, or set TMPDIR to a folder that can be written.");
    }

    /// <summary>Whether a folder is one of these, by its name.</summary>
    internal static bool IsOne(string folder) => Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal);
}
