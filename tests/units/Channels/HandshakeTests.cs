using System.Net.Sockets;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using Xunit;

namespace ProcConcurrency.Units.Channels;

public sealed class HandshakeTests
{
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(Handshake.KeySize);

    [Fact]
    public async Task SameKeySucceedsOnBothSides()
    {
        using var pair = new StreamPair();
        var accepting = Task.Run(() => Handshake.Accept(pair.Near, s_key), TestContext.Current.CancellationToken);
        Handshake.Connect(pair.Far, s_key);
        await accepting;
    }

    [Fact]
    public async Task WrongKeyIsRefusedByTheSideThatConnects()
    {
        using var pair = new StreamPair();
        var accepting = Task.Run(() => Handshake.Accept(pair.Near, s_key), TestContext.Current.CancellationToken);
        Assert.Throws<AuthenticationException>(() => Handshake.Connect(pair.Far, new byte[Handshake.KeySize]));
        pair.Far.Dispose();
        await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
    }

    [Fact]
    public async Task SideThatCannotProveTheKeyIsRefused()
    {
        using var pair = new StreamPair();
        var accepting = Task.Run(() => Handshake.Accept(pair.Near, s_key), TestContext.Current.CancellationToken);
        byte[] hello = [.. "PrCc"u8, Handshake.Version, .. new byte[32]];
        pair.Far.Write(hello);
        var answer = new byte[hello.Length + 32];
        pair.Far.ReadExactly(answer);

        // The accepting side's own proof, sent back: the roles in it differ.
        pair.Far.Write(answer, hello.Length, 32);
        await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
    }

    [Fact]
    public async Task OtherVersionIsNamed()
    {
        using var pair = new StreamPair();
        var accepting = Task.Run(() => Handshake.Accept(pair.Near, s_key), TestContext.Current.CancellationToken);
        pair.Far.Write([.. "PrCc"u8, Handshake.Version + 1, .. new byte[32]]);
        var error = await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RandomBytesAreRefused()
    {
        for (var i = 0; i < 200; i++)
        {
            using var pair = new StreamPair();
            pair.Far.Write(RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(200)));
            ((NetworkStream)pair.Far).Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await Assert.ThrowsAsync<AuthenticationException>(() => Task.Run(() => Handshake.Accept(pair.Near, s_key)));
        }
    }
}
