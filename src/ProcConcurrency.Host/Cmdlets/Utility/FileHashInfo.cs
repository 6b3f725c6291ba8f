namespace Microsoft.PowerShell.Commands;

/// <summary>What Get-FileHash returns.</summary>
public sealed class FileHashInfo
{
    public string? Algorithm { get; set; }

    public string? Hash { get; set; }

    public string? Path { get; set; }
}
