using System.Globalization;
using System.Text;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// What runs on a host before our own code does:
/// <code>
/// command line: pwsh -EncodedCommand (stage 0)   prints the marker, its version and platform; reads and runs stage 1
/// standard input: stage 1, the parcel's list  -> "need 0 2" -> those files -> "ready" -> the relay's frames
/// </code>
/// Nothing is sent before the marker has come: what a login shell reads, or prints, is not ours.
/// </summary>
internal static class Bootstrap
{
    /// <summary>The oldest PowerShell that the module runs in.</summary>
    internal static readonly Version s_oldest = new(7, 4);

    // Letters, digits and the like alone once it is encoded, and less than 1,000 characters in all: the same to sh, cmd and PowerShell.
    private const string Stage0 =
        "$o=[Console]::OpenStandardOutput();$b=[Text.Encoding]::ASCII.GetBytes(\"`n{0}:$($PSVersionTable.PSVersion):"
        + "$([Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier)`n\");$o.Write($b,0,$b.Length);"
        + "$i=[IO.BinaryReader]::new([Console]::OpenStandardInput());iex([Text.Encoding]::UTF8.GetString($i.ReadBytes($i.ReadInt32())))";

    /// <summary>
    /// Finds or fills a folder with the module's files, and enters it. The folder is the user's own cache, or where that can't be
    /// written to, or isn't the user's alone, a temporary one that goes with the agent.
    /// </summary>
    internal const string Stage1 = """
        $ErrorActionPreference = 'Stop'
        function Send-Line($text) { $bytes = [Text.Encoding]::UTF8.GetBytes("$text`n"); $o.Write($bytes, 0, $bytes.Length); $o.Flush() }
        function Test-OwnFolder($path) {
            # What only its owner may write to, and we could, is ours; but root may write to anybody's.
            $folder = [IO.DirectoryInfo] $path
            -not $folder.LinkTarget -and ($IsWindows -or ([int] [IO.File]::GetUnixFileMode($path) -eq 448 -and
                (-not [Environment]::IsPrivilegedProcess -or (Get-Item -LiteralPath $path -Force).User -eq [Environment]::UserName)))
        }
        function New-OwnFolder($path) {
            if ($IsWindows) { [IO.Directory]::CreateDirectory($path) } else { [IO.Directory]::CreateDirectory($path, [IO.UnixFileMode] 448) }
            $probe = [IO.Path]::Combine($path, ".probe-$PID")
            [IO.File]::WriteAllText($probe, 'probe')
            [IO.File]::Delete($probe)
            if (-not (Test-OwnFolder $path)) { throw "$path is not this user's alone" }
        }
        function Get-Hash($path) { if ([IO.File]::Exists($path)) { [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes($path))) } }
        try {
            $key = $i.ReadString()
            $files = @(for ($n = $i.ReadInt32(); $n -gt 0; $n--) { [pscustomobject] @{ Name = $i.ReadString(); Hash = $i.ReadString() } })
            $temporary = $null
            try {
                $cache = $IsWindows ? $env:LOCALAPPDATA : $env:XDG_CACHE_HOME ? $env:XDG_CACHE_HOME : [IO.Path]::Combine($HOME, '.cache')
                $own = [IO.Path]::Combine($cache, 'ProcConcurrency')
                $null = New-OwnFolder $own
                $folder = [IO.Path]::Combine($own, $key)
                $null = New-OwnFolder $folder
            } catch {
                $folder = $temporary = [IO.Directory]::CreateTempSubdirectory('proc-concurrency-').FullName
            }
            $missing = @(for ($n = 0; $n -lt $files.Count; $n++) { if ((Get-Hash ([IO.Path]::Combine($folder, $files[$n].Name))) -ne $files[$n].Hash) { $n } })
            Send-Line "need $missing"
            foreach ($n in $missing) {
                $packed = $i.ReadBytes($i.ReadInt32())
                $plain = [IO.MemoryStream]::new()
                [IO.Compression.DeflateStream]::new([IO.MemoryStream]::new($packed), [IO.Compression.CompressionMode]::Decompress).CopyTo($plain)
                $path = [IO.Path]::Combine($folder, $files[$n].Name)
                $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
                $part = "$path.$PID"
                try {
                    [IO.File]::WriteAllBytes($part, $plain.ToArray())
                    if ((Get-Hash $part) -ne $files[$n].Hash) { throw "$path could not be written whole" }
                    [IO.File]::Move($part, $path, $true)
                } finally { [IO.File]::Delete($part) }
            }
            $agent = [Reflection.Assembly]::LoadFrom([IO.Path]::Combine($folder, $files[0].Name)).GetType('ProcConcurrency.Worker.AgentMain').GetMethod('Run')
            Send-Line 'ready'
        } catch {
            Send-Line "fail $("$_" -replace '\s+', ' ')"
            if ($temporary) { [IO.Directory]::Delete($temporary, $true) }
            exit 1
        }
        $agent.Invoke($null, @($i.BaseStream, $o, $temporary))
        """;

    /// <summary>A line that nobody else can print who hasn't seen it on the command line.</summary>
    internal static string NewMarker() => $"PRCC{Guid.NewGuid():N}"[..20];

    /// <summary>The command for the host's login shell.</summary>
    internal static string Command(string? enginePath, string marker)
    {
        var script = Stage0.Replace("{0}", marker, StringComparison.Ordinal);
        var engine = enginePath ?? "pwsh";
        if (engine.Any(static character => char.IsWhiteSpace(character)))
        {
            // sh and cmd read it so; where PowerShell is the login shell, only a path without blanks can be called.
            engine = $"\"{engine}\"";
        }

        return $"{engine} -NoProfile -NonInteractive -EncodedCommand {Convert.ToBase64String(Encoding.Unicode.GetBytes(script))}";
    }

    /// <summary>What the marker's line says: PowerShell's version, null where it is none, and the platform.</summary>
    internal static (Version? Version, string Text, string Platform) ReadHello(string line)
    {
        var parts = line.Split(':', 3);
        var text = parts.Length > 1 ? parts[1] : string.Empty;
        return (Version.TryParse(text.Split('-', '+')[0], out var version) ? version : null, text, parts.Length > 2 ? parts[2].Trim() : string.Empty);
    }

    /// <summary>Which files the host asks for.</summary>
    internal static IEnumerable<int> ReadNeed(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture));
}
