using System.Text;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// The folder of a socket for which nobody gave an address; only its user can enter it. It is in the temporary folder, where a
/// socket can be there: TMPDIR may lead to nothing, to what can't be written, or further down than a socket's path may go. Then
/// it is in the user's run-time folder, or where the system has its temporary files. A file in it is locked for as long as its process
/// lives: who makes one takes those away whose process was killed.
/// </summary>
internal sealed class SocketFolder : IDisposable
{
    private const string Prefix = "procconcurrency-";
    private const string Template = Prefix + "XXXXXX";
    private const string LockName = "lock";

    // A file is there for a moment before it is locked.
    private static readonly TimeSpan s_youth = TimeSpan.FromSeconds(10);

    private readonly FileStream _lock;

    private SocketFolder(string path)
    {
        FullName = path;
        _lock = new FileStream(Path.Combine(path, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Its path.</summary>
    internal string FullName { get; }

    /// <summary>Makes a folder of its own.</summary>
    /// <param name="fileName">The name that the socket will have in it.</param>
    /// <exception cref="IOException">There is no place for one.</exception>
    internal static SocketFolder Create(string fileName) => OperatingSystem.IsWindows()
        ? Own(Directory.CreateTempSubdirectory(Prefix).FullName)
        : Create(fileName, [Path.GetTempPath(), Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), "/tmp", "/var/tmp"]);

    /// <summary>Makes it in the first of some places that can have it.</summary>
    internal static SocketFolder Create(string fileName, IEnumerable<string?> places)
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
                return Own(LibC.CreateFolder(template));
            }
            catch (IOException error)
            {
                failures.Add($"'{place}': {error.Message}");
            }
        }

        throw new IOException($"There is no folder for its socket: {string.Join("; ", failures)}. Give an address, or set TMPDIR to a folder that can be written.");
    }

    /// <summary>Takes a folder away, if it is one of these and there is nothing in it any more.</summary>
    internal static void Remove(string folder)
    {
        if (!Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal))
        {
            return;
        }

        File.Delete(Path.Combine(folder, LockName));
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    /// <summary>From now on it is nobody's; it is still there.</summary>
    public void Dispose() => _lock.Dispose();

    private static SocketFolder Own(string path)
    {
        try
        {
            var folder = new SocketFolder(path);
            if (CanLock(path))
            {
                // Locks do nothing here. Without the file, nobody takes the folder for one that was left.
                File.Delete(folder._lock.Name);
            }
            else
            {
                RemoveLeft(Path.GetDirectoryName(path)!);
            }

            return folder;
        }
        catch
        {
            // No descriptor, or no room, was left.
            Directory.Delete(path, recursive: true);
            throw;
        }
    }

    /// <summary>Takes away what sessions of this user left in a place that were killed.</summary>
    private static void RemoveLeft(string place)
    {
        try
        {
            foreach (var folder in Directory.GetDirectories(place, Prefix + "*").Where(IsLeft))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or EntryPointNotFoundException)
        {
            // Another session is about the same, or the place can't be read. What is left now, the next takes away.
        }
    }

    private static bool IsLeft(string folder) =>
        IsPrivate(folder) && DateTime.UtcNow - File.GetLastWriteTimeUtc(Path.Combine(folder, LockName)) > s_youth && CanLock(folder);

    /// <summary>Whether it is this user's, and nobody else can put anything into it.</summary>
    private static bool IsPrivate(string folder) =>
        OperatingSystem.IsWindows()
        || (OperatingSystem.IsLinux() ? LibC.IsPrivateFolder(folder)
            : !Environment.IsPrivilegedProcess && new DirectoryInfo(folder) is
            {
                LinkTarget: null,
                UnixFileMode: UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            });

    /// <summary>Whether it has such a file, and no process that lives has locked that.</summary>
    private static bool CanLock(string folder)
    {
        try
        {
            using var file = new FileStream(Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
