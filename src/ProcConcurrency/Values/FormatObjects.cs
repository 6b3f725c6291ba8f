namespace ProcConcurrency.Values;

/// <summary>
/// What Format-Table and its like write: instructions for the formatter, objects within objects. The formatter takes them as
/// property bags too, if they are whole.
/// </summary>
internal static class FormatObjects
{
    public static bool Is(object value) => EngineInternals.Types.FormatData?.IsInstanceOfType(value) == true;
}
