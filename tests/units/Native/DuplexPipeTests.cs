using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Native;

/// <summary>
/// The stream over two pipes, on whichever system this is. Only Windows can cancel a call in a pipe: elsewhere the tests let
/// it return by closing its other end, which is as good to whoever waits for it.
/// </summary>
public sealed class DuplexPipeTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);
    private readonly AnonymousPipeServerStream _toFar = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream _fromFar = new(PipeDirection.In);
    private readonly AnonymousPipeClientStream _farIn;
    private readonly AnonymousPipeClientStream _farOut;
    private readonly DuplexPipe _near;
    private int _cancels;
    private bool _hasData = true;

    public DuplexPipeTests()
    {
        _farIn = new AnonymousPipeClientStream(PipeDirection.In, _toFar.ClientSafePipeHandle);
        _farOut = new AnonymousPipeClientStream(PipeDirection.Out, _fromFar.ClientSafePipeHandle);
        _near = new DuplexPipe(_fromFar, _toFar, Cancel, _ => _hasData);
    }

    [Fact]
    public void BytesGoBothWays()
    {
        var buffer = new byte[8];
        _near.Write([1, 2, 3]);
        Assert.Equal(3, _farIn.Read(buffer));
        _farOut.Write([4, 5]);
        Assert.Equal(2, _near.Read(buffer, 0, 8));
        Assert.Equal([4, 5, 3], buffer[..3]);
    }

    [Fact]
    public void AnEmptyWriteIsNoWrite()
    {
        var buffer = new byte[8];
        _near.Write([]);
        _near.Write([7]);
        Assert.Equal(1, _farIn.Read(buffer));
    }

    [Fact]
    public void TheFarSidesEndIsTheEnd()
    {
        _farOut.Write([1]);
        _farOut.Dispose();
        var buffer = new byte[8];
        Assert.Equal(1, _near.Read(buffer));
        Assert.Equal(0, _near.Read(buffer));
    }

    [Fact]
    public void WritingToNobodyFails()
    {
        _farIn.Dispose();
        Assert.ThrowsAny<IOException>(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                _near.Write(new byte[1000]);
            }
        });
    }

    [Fact]
    public async Task ClosingEndsABlockedRead()
    {
        var reading = Blocked(() => _near.Read(new byte[8]));
        _near.Dispose();
        var error = await Record.ExceptionAsync(() => reading.WaitAsync(s_long));
        Assert.True(error is null or ObjectDisposedException, error?.ToString());
        Assert.Throws<ObjectDisposedException>(() => _near.Read(new byte[8]));
        Assert.Throws<ObjectDisposedException>(() => _near.Write([1]));
    }

    [Fact]
    public async Task ClosingEndsABlockedWrite()
    {
        var writing = Blocked(() =>
        {
            _near.Write(new byte[4 * 1024 * 1024]);
            return 0;
        });
        _near.Dispose();
        Assert.True(await Record.ExceptionAsync(() => writing.WaitAsync(s_long)) is ObjectDisposedException or IOException);
    }

    [Fact]
    public void ClosingTwiceIsClosingOnce()
    {
        _near.Dispose();
        _near.Dispose();
        Assert.Equal(0, _cancels);
    }

    [Fact]
    public void WhenTheProcessIsGoneWhatItHasSentIsStillRead()
    {
        // _farOut stays open, as a stray copy of it would.
        _farOut.Write([1, 2]);
        _near.EndWhenEmpty();
        var buffer = new byte[8];
        Assert.Equal(2, _near.Read(buffer));
        _hasData = false;
        Assert.Equal(0, _near.Read(buffer));
    }

    public void Dispose()
    {
        _near.Dispose();
        _farIn.Dispose();
        _farOut.Dispose();
    }

    private static async Task<int> Blocked(Func<int> call)
    {
        var begun = new ManualResetEventSlim();
        var task = Task.Factory.StartNew(
            () =>
            {
                begun.Set();
                return call();
            },
            TaskCreationOptions.LongRunning);
        begun.Wait();

        // Blocked now, or about to be: either must end.
        return await task;
    }

    private void Cancel(SafePipeHandle handle)
    {
        Interlocked.Increment(ref _cancels);
        if (OperatingSystem.IsWindows())
        {
            CancelOnWindows(handle);
        }
        else
        {
            _farOut.Dispose();
            _farIn.Dispose();
        }
    }

    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
    private static unsafe void CancelOnWindows(SafePipeHandle handle) => Kernel32.CancelIoEx(handle, null);
}
