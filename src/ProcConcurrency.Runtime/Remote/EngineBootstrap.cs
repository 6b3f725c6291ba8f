using System.Text;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>By PowerShell itself: the command line is <c>pwsh -EncodedCommand</c>, which means the same to sh, cmd and PowerShell.</summary>
internal sealed class EngineBootstrap : Bootstrap
{
    // Letters, digits and the like alone once it is encoded, and less than 1,000 characters in all: the same to sh, cmd and PowerShell.
    private const string Stage0 =
        "$o=[Console]::OpenStandardOutput();$b=[Text.Encoding]::ASCII.GetBytes(\"`n{0}:$($PSVersionTable.PSVersion):"
        + "$([Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier)`n\");$o.Write($b,0,$b.Length);"
        + "$i=[IO.BinaryReader]::new([Console]::OpenStandardInput());iex([Text.Encoding]::UTF8.GetString($i.ReadBytes($i.ReadInt32())))";

    private const string Script = """
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
        function New-Temporary { [IO.Directory]::CreateTempSubdirectory('proc-concurrency-').FullName }
        function Save-Missing($folder) {
            $missing = $files.Where({ (Get-Hash ([IO.Path]::Combine($folder, $_.Name))) -ne $_.Hash })
            if (-not $missing) { return $false }
            Send-Line need
            for ($size = ''; ($digit = $i.ReadByte()) -ne 10; $size += [char] $digit) { }
            $packed = [IO.MemoryStream]::new($i.ReadBytes($size))
            $part = [IO.Directory]::CreateDirectory([IO.Path]::Combine($folder, ".part$PID")).FullName
            try {
                [Formats.Tar.TarFile]::ExtractToDirectory([IO.Compression.GZipStream]::new($packed, [IO.Compression.CompressionMode]::Decompress), $part, $true)
                foreach ($file in $missing) {
                    $path = [IO.Path]::Combine($folder, $file.Name)
                    if ((Get-Hash ([IO.Path]::Combine($part, $file.Name))) -ne $file.Hash) { throw "$path could not be written whole" }
                    $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
                    [IO.File]::Move([IO.Path]::Combine($part, $file.Name), $path, $true)
                }
            } finally { [IO.Directory]::Delete($part, $true) }
            $true
        }
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
                $folder = $temporary = New-Temporary
            }
            $isNew = $false
            try { $isNew = Save-Missing $folder } catch {
                # There may be room for no more than the folder.
                if ($temporary) { throw }
                $folder = $temporary = New-Temporary
                $null = Save-Missing $folder
            }
            if ($isNew -and -not $temporary) {
                # Each use writes to its folder: one that is old is an older version's, which nobody uses any more.
                $old = [IO.DirectoryInfo]::new($own).GetDirectories().Where({ $_.Name -match '^[0-9a-f]{32}$' -and $_.Name -ne $key -and $_.LastWriteTimeUtc -lt [DateTime]::UtcNow.AddDays(-90) })
                foreach ($one in $old) { try { $one.Delete($true) } catch { } }
            }
            $agent = [Reflection.Assembly]::LoadFrom([IO.Path]::Combine($folder, $files[0].Name)).GetType('ProcConcurrency.Worker.AgentMain').GetMethod('Run')
            Send-Line 'ready'
        } catch {
            try { Send-Line "fail $("$_" -replace '\s+', ' ')" } finally { if ($temporary) { [IO.Directory]::Delete($temporary, $true) } }
            exit 1
        }
        $agent.Invoke($null, @($i.BaseStream, $o, $temporary))
        """;

    /// <inheritdoc/>
    internal override string Command(RemoteTarget target, string marker)
    {
        var script = Stage0.Replace("{0}", marker, StringComparison.Ordinal);
        var engine = target.EnginePath ?? "pwsh";
        if (engine.Any(static character => char.IsWhiteSpace(character)))
        {
            // sh and cmd read it so; where PowerShell is the login shell, only a path without blanks can be called.
            engine = $"\"{engine}\"";
        }

        return $"{engine} -NoProfile -NonInteractive -EncodedCommand {Convert.ToBase64String(Encoding.Unicode.GetBytes(script))}";
    }

    /// <inheritdoc/>
    internal override byte[] Stage1(RemoteTarget target, string hello, out Parcel parcel)
    {
        var (version, text, platform) = ReadHello(hello);
        if (!(version >= s_oldest))
        {
            throw new RemoteHostException(
                target.Name, RemoteHostFault.EngineTooOld,
                $"'{target.Name}' runs PowerShell {SshWords.Of(text)}; {s_oldest} or later is needed. Install one there, or name its program with -EnginePath.");
        }

        parcel = Parcel.For(platform);
        using var stage = new MemoryStream();
        using var writer = new BinaryWriter(stage, Encoding.UTF8);
        var script = Encoding.UTF8.GetBytes(Script);
        writer.Write(script.Length);
        writer.Write(script);
        writer.Write(parcel.Key);
        writer.Write(parcel.Files.Count);
        foreach (var file in parcel.Files)
        {
            writer.Write(file.Name);
            writer.Write(file.Hash);
        }

        return stage.ToArray();
    }

    /// <summary>PowerShell's version, null where it is none, and the platform.</summary>
    internal static (Version? Version, string Text, string Platform) ReadHello(string hello)
    {
        var parts = hello.Split(':', 2);
        return (Version.TryParse(parts[0].Split('-', '+')[0], out var version) ? version : null, parts[0], parts.Length > 1 ? parts[1].Trim() : string.Empty);
    }
}
