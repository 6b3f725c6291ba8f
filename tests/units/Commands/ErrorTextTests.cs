using System.Globalization;
using ProcConcurrency.Commands.Binding;
using Xunit;

namespace ProcConcurrency.Units.Commands;

/// <summary>Sentences of errors are English, whatever the user's culture.</summary>
public sealed class ErrorTextTests : IDisposable
{
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture;

    public ErrorTextTests()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = culture;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _culture;

    [Fact]
    public void Times_have_a_decimal_point()
    {
        var limit = TimeSpan.FromSeconds(1.5);
        Assert.Contains(" 1.5 seconds", Errors.ItemTimeout(1, 2, limit, 1, 0).Exception.Message, StringComparison.Ordinal);
        Assert.Contains(" 1.5 seconds", Errors.PipeWaitTimeout("pipe", limit).Message, StringComparison.Ordinal);
        Assert.Contains(" -1.5 seconds", Assert.ThrowsAny<ArgumentException>(static () => new WaitTime(-1.5)).Message, StringComparison.Ordinal);
    }
}
