namespace ProcConcurrency.Host.Cmdlets;

/// <summary>The everyday cmdlets by name.</summary>
internal static class UtilityTable
{
    internal static IEnumerable<(string Name, Type Type)> Cmdlets { get; } =
    [
        ("Compare-Object", typeof(CompareObjectCommand)),
        ("Get-Unique", typeof(GetUniqueCommand)),
        ("Group-Object", typeof(GroupObjectCommand)),
        ("Measure-Command", typeof(MeasureCommandCommand)),
        ("Select-Object", typeof(SelectObjectCommand)),
        ("Sort-Object", typeof(SortObjectCommand)),
        ("Start-Sleep", typeof(StartSleepCommand)),
        ("Tee-Object", typeof(TeeObjectCommand)),
        ("Write-Debug", typeof(WriteDebugCommand)),
        ("Write-Error", typeof(WriteErrorCommand)),
        ("Write-Host", typeof(WriteHostCommand)),
        ("Write-Information", typeof(WriteInformationCommand)),
        ("Write-Output", typeof(WriteOutputCommand)),
        ("Write-Progress", typeof(WriteProgressCommand)),
        ("Write-Verbose", typeof(WriteVerboseCommand)),
        ("Write-Warning", typeof(WriteWarningCommand)),
    ];

    /// <summary>None: the engine's own initial session state names them all (select, group, measure, echo, ft ...).</summary>
    internal static (string Name, string Target)[] Aliases { get; } = [];
}
