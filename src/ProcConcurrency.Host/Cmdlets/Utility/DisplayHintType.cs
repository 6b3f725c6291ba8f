namespace Microsoft.PowerShell.Commands;

/// <summary>Which part of a moment the formatter shows; the engine's type data name this type.</summary>
public enum DisplayHintType
{
    Date,
    Time,
    DateTime,
}
