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
    private static readonly Lazy<Parcel> s_same = new(static () => new Parcel(isPlain: false));
    private static readonly Lazy<Parcel> s_plain = new(static () => new Parcel(isPlain: true));

    private Parcel(bool isPlain)
    {
        var bin = Path.GetDirectoryName(typeof(Parcel).Assembly.Location)!;
        var folder = Path.GetDirectoryName(bin)!;
        var plain = Path.Combine(bin, "il");
        var assemblies = isPlain && Directory.Exists(plain) ? plain : bin;
        Files =
        [
            // The one that is entered is the first.
            Read("bin/ProcConcurrency.dll", Path.Combine(assemblies, "ProcConcurrency.dll")),
            Read("bin/ProcConcurrency.Runtime.dll", Path.Combine(assemblies, "ProcConcurrency.Runtime.dll")),
            .. Directory.GetFiles(folder, "*.ps1xml").Append(Path.Combine(folder, Manifest)).Where(File.Exists)
                .Order(StringComparer.Ordinal).Select(static file => Read(Path.GetFileName(file), file)),
        ];
        var list = string.Join('\n', Files.Select(static file => $"{file.Name} {file.Hash}"));
        Key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(list)))[..32].ToLowerInvariant();
    }

    /// <summary>What all of it is known by.</summary>
    internal string Key { get; }

    internal IReadOnlyList<ParcelFile> Files { get; }

    /// <summary>That for a host of this platform, as .NET calls it.</summary>
    internal static Parcel For(string platform) => platform == RuntimeInformation.RuntimeIdentifier ? s_same.Value : s_plain.Value;

    private static ParcelFile Read(string name, string path)
    {
        var bytes = File.ReadAllBytes(path);
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(bytes);
        }

        return new ParcelFile(name, Convert.ToHexString(SHA256.HashData(bytes)), packed.ToArray());
    }
}

/// <summary>One of the files.</summary>
/// <param name="Name">Its path, relative to the folder of all.</param>
/// <param name="Hash">The SHA-256 of its content, in hexadecimal.</param>
/// <param name="Packed">Its content, deflated.</param>
internal sealed record ParcelFile(string Name, string Hash, byte[] Packed);
