using System.Text.Json;
using ProcConcurrency.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>Texts that are too long for a line of a log, or for a label.</summary>
public sealed class LogLineTests
{
    [Theory]
    [InlineData(998, "\U0001F600\u2026")]
    [InlineData(999, "\u2026")]
    [InlineData(1000, "\u2026")]
    public void A_log_has_no_half_of_a_letter(int before, string end)
    {
        var text = new string('x', before) + "\U0001F600!";
        var item = new PoolItem(0, text) { Text = LogLine.TextOf(text) };
        using var lines = new MemoryStream();

        new LogLine(item, ProcPoolStatus.Done, 1, 1, null, TimeSpan.Zero, 0, null, []).Write(lines);

        using var line = JsonDocument.Parse(lines.ToArray());
        Assert.Equal(new string('x', before) + end, line.RootElement.GetProperty("input").GetString());
    }

    [Fact]
    public void Nor_has_a_label() => Assert.Equal(new string('x', 79) + "\u2026", PoolHistory.TextOf(new string('x', 79) + "\U0001F600!"));

    [Fact]
    public void What_is_short_enough_stays() => Assert.Equal(new string('x', 998) + "\U0001F600", LogLine.TextOf(new string('x', 998) + "\U0001F600"));
}
