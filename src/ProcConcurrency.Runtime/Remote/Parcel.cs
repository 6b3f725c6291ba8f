using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// The module's own files, as a host gets them: assemblies, views and the manifest that children import. Where the host's platform is
/// this one, its assemblies are those that run here; elsewhere images made ahead of time don't load, and the plain ones go.
/// </summary>
internal sealed class Parcel
{
    private const string Manifest = "ProcConcurrency.psd1";
    // One that could not be made, for want of open files say, is made when the next host asks.
    private static readonly Lazy<Parcel> s_same = new(static () => new Parcel(isPlain: false), LazyThreadSafetyMode.PublicationOnly);
    private static readonly Lazy<Parcel> s_plain = new(static () => new Parcel(isPlain: true), LazyThreadSafetyMode.PublicationOnly);
    private readonly Lazy<byte[]> _packed;

    private Parcel(bool isPlain)
    {
        var bin = Path.GetDirectoryName(typeof(Parcel).Assembly.Location)!;
        var folder = Path.GetDirectoryName(bin)!;
        var plain = Path.Combine(bin, "il");
        var assemblies = isPlain && Directory.Exists(plain) ? plain : bin;
        (string Name, byte[] Content)[] files =
        [
            // The one that is entered is the first.
            Read("bin/ProcConcurrency.dll", assemblies),
            Read("bin/ProcConcurrency.Runtime.dll", assemblies),
            .. Directory.GetFiles(folder, "*.ps1xml").Append(Path.Combine(folder, Manifest)).Where(File.Exists)
                .Order(StringComparer.Ordinal).Select(file => Read(Path.GetFileName(file), folder)),
        ];
        Files = [.. files.Select(static file => new ParcelFile(file.Name, Hash(file.Content)))];
        Key = Hash(Encoding.UTF8.GetBytes(string.Join('\n', Files)))[..32];

        // Most hosts have them already.
        _packed = new Lazy<byte[]>(() => Pack(files), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>What all of it is known by.</summary>
    internal string Key { get; }

    internal IReadOnlyList<ParcelFile> Files { get; }

    /// <summary>All of them: a tar archive, compressed by gzip.</summary>
    internal byte[] Packed => _packed.Value;

    /// <summary>That for a host of this platform, as .NET calls it, or as its uname does.</summary>
    internal static Parcel For(string platform) =>
        platform == RuntimeInformation.RuntimeIdentifier || platform == OwnUname() ? s_same.Value : s_plain.Value;

    /// <summary>What <c>uname -sm</c> says here; null where this is not known.</summary>
    private static string? OwnUname() => (OperatingSystem.IsLinux(), OperatingSystem.IsMacOS(), RuntimeInformation.OSArchitecture) switch
    {
        (true, _, Architecture.X64) => "Linux x86_64",
        (true, _, Architecture.Arm64) => "Linux aarch64",
        (_, true, Architecture.X64) => "Darwin x86_64",
        (_, true, Architecture.Arm64) => "Darwin arm64",
        _ => null,
    };

    private static (string Name, byte[] Content) Read(string name, string folder) => (name, File.ReadAllBytes(Path.Combine(folder, Path.GetFileName(name))));

    // As sha256sum writes it.
    private static string Hash(byte[] content) => Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant();

    private static byte[] Pack((string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (var archive = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var (name, content) in files)
            {
                archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return packed.ToArray();
    }
}

/// <summary>One of the files.</summary>
/// <param name="Name">Its path, relative to the folder of all.</param>
/// <param name="Hash">The SHA-256 of its content, in hexadecimal.</param>
internal sealed record ParcelFile(string Name, string Hash)
{
    /// <summary>As sha256sum lists it.</summary>
    public override string ToString() => $"{Hash}  {Name}";
}
