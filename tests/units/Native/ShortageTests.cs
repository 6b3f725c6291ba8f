using System.Net.Sockets;
using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Native;

/// <summary>Which refusals of the system's may pass by themselves.</summary>
public sealed class ShortageTests
{
    [Theory]
    [InlineData(24, true)] // Too many open files.
    [InlineData(12, true)] // No memory.
    [InlineData(2, false)] // No such file.
    [InlineData(13, false)] // Permission denied.
    public void OfAStartIsToldByTheSystemsError(int code, bool isShortage)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The numbers are others there.");
        var error = new ProcessStartException("program", "of a test", ShortageException.ToException(code));
        Assert.Equal(isShortage, ShortageException.IsBehind(error));
        Assert.Equal(code == 24, ShortageException.ToException(code, "There is too little.").Message == "There is too little (ulimit -n says how many this process may have).");
    }

    [Fact]
    public void OfASendIsToldToo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The numbers are others there.");
        Assert.IsType<ShortageException>(ShortageException.ToException(OperatingSystem.IsMacOS() ? 59 : 109));
        Assert.True(ShortageException.IsBehind(new IOException("of a test", new SocketException((int)SocketError.NoBufferSpaceAvailable))));
        Assert.False(ShortageException.IsBehind(new IOException("of a test", new SocketException((int)SocketError.ConnectionReset))));
    }
}
