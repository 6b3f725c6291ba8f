using System.Text;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>A writer that hands each formatted line on.</summary>
internal sealed class LineWriter(Action<string> line, IFormatProvider culture) : TextWriter(culture)
{
    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.Unicode;

    /// <inheritdoc/>
    public override void WriteLine(string? value) => line(value ?? "");

    /// <inheritdoc/>
    public override void Write(string? value) => line(value ?? "");
}
