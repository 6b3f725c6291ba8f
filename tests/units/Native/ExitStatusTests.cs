using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Native;

public sealed class ExitStatusTests
{
    [Theory]
    [InlineData(0u, 0)]
    [InlineData(3u, 3)]
    [InlineData(259u, 259)]
    [InlineData(100_000u, 100_000)]
    [InlineData(0xFFFFFFFFu, 255)] // exit -1
    [InlineData(0xFFFFFFF7u, 247)] // exit -9 is not signal 9
    [InlineData(0xFFFFFF81u, 129)]
    [InlineData(0xFFFFFF80u, -128)]
    [InlineData(0xC0000005u, -1073741819)]
    [InlineData(ExitStatus.WindowsForced, -9)]
    [InlineData(ExitStatus.WindowsStopped, -15)]
    [InlineData(0xC000013Au, -15)]
    public void AWindowsCodeIsReadAs(uint code, int expected)
    {
        var status = ExitStatus.FromWindowsCode(code);
        Assert.Equal(expected, status.Code);
        Assert.Equal(expected is -9 or -15 ? -expected : null, status.Signal);
    }

    [Fact]
    public void AnErrorCodeIsShownAsTheSystemWritesIt() =>
        Assert.Equal("exit code -1073741819 (0xC0000005)", ExitStatus.FromWindowsCode(0xC0000005).ToString());

    [Theory]
    [InlineData(0, "exit code 0")]
    [InlineData(137, "exit code 137")]
    [InlineData(int.MinValue, "an unknown exit code")]
    public void OtherCodesAreShownAsTheyAre(int code, string text) => Assert.Equal(text, new ExitStatus(code).ToString());
}
