using System.Management.Automation;
using System.Security.Cryptography;
using Microsoft.PowerShell.Commands;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-FileHash.</summary>
[Cmdlet(VerbsCommon.Get, "FileHash", DefaultParameterSetName = "Path")]
[OutputType(typeof(FileHashInfo))]
public sealed class GetFileHashCommand : PSCmdlet
{
    [Parameter(Mandatory = true, ParameterSetName = "Path", Position = 0, ValueFromPipelineByPropertyName = true, ValueFromPipeline = true)]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "StreamParameterSet", Position = 0)]
    public Stream? InputStream { get; set; }

    [Parameter]
    [ValidateSet("SHA1", "SHA256", "SHA384", "SHA512", "MD5")]
    public string Algorithm { get; set; } = "SHA256";

    protected override void ProcessRecord()
    {
        if (InputStream is not null)
        {
            Write(InputStream, null);
            return;
        }

        var literal = ParameterSetName == "LiteralPath";
        foreach (var file in OutputFile.Existing(this, literal ? LiteralPath : Path, literal))
        {
            try
            {
                using var stream = File.OpenRead(file);
                Write(stream, file);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                WriteError(new ErrorRecord(failure, "FileReadError", ErrorCategory.ReadError, file));
            }
        }
    }

    private void Write(Stream stream, string? path)
    {
        var algorithm = Algorithm.ToUpperInvariant();
        var hash = CryptographicOperations.HashData(new HashAlgorithmName(algorithm), stream);
        WriteObject(new FileHashInfo { Algorithm = algorithm, Hash = Convert.ToHexString(hash), Path = path });
    }
}
