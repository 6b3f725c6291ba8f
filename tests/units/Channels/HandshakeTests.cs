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
    public async Task WrongKeyIsRefusedByTheSideThatAccepts()
    {
        using var pair = new StreamPair();
        var accepting = Task.Run(() => AcceptAndClose(pair), TestContext.Current.CancellationToken);
        Assert.Throws<AuthenticationException>(() => Handshake.Connect(pair.Far, new byte[Handshake.KeySize]));
        await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
    }

    [Fact]
    public async Task WrongKeyLearnsNothingThatDependsOnTheRightOne()
    {
        using var pair = new StreamPair();
        var accepting = Task.Run(() => AcceptAndClose(pair), TestContext.Current.CancellationToken);
        pair.Far.Write(Hello());
        pair.Far.ReadExactly(new byte[Handshake.ChallengeSize]);
        pair.Far.Write([1, .. new byte[Handshake.ProofSize]]);

        // A nonce and a salt, which are random, and then the end.
        Assert.Equal(0, pair.Far.Read(new byte[1]));
        await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
    }

    [Fact]
    public async Task SideThatAcceptsHasToProveTheKeyToo()
    {
        using var pair = new StreamPair();
        var thief = Task.Run(
            () =>
            {
                var reply = new byte[Handshake.ReplySize];
                pair.Near.ReadExactly(new byte[Handshake.HelloSize]);
                pair.Near.Write([.. Hello(), .. new byte[HandshakeKey.SaltSize]]);
                pair.Near.ReadExactly(reply);

                // The connecting side's own proof, sent back: the roles in it differ.
                pair.Near.Write(reply.AsSpan(1));
            },
            TestContext.Current.CancellationToken);
        Assert.Throws<AuthenticationException>(() => Handshake.Connect(pair.Far, s_key));
        await thief;
    }

    [Fact]
    public async Task OldProofIsWorthNothing()
    {
        var hello = Hello();
        byte[] challenge, reply, proof;
        using (var pair = new StreamPair())
        {
            // Somebody between has a whole handshake pass through.
            using var outer = new StreamPair();
            var accepting = Task.Run(() => Handshake.Accept(pair.Near, s_key), TestContext.Current.CancellationToken);
            var connecting = Task.Run(() => Handshake.Connect(outer.Near, s_key), TestContext.Current.CancellationToken);
            hello = Pass(outer.Far, pair.Far, Handshake.HelloSize);
            challenge = Pass(pair.Far, outer.Far, Handshake.ChallengeSize);
            reply = Pass(outer.Far, pair.Far, Handshake.ReplySize);
            proof = Pass(pair.Far, outer.Far, Handshake.ProofSize);
            await accepting;
            await connecting;
        }

        using var again = new StreamPair();
        var refusing = Task.Run(() => AcceptAndClose(again), TestContext.Current.CancellationToken);
        again.Far.Write(hello);
        again.Far.ReadExactly(new byte[Handshake.ChallengeSize]);
        again.Far.Write(reply);
        await Assert.ThrowsAsync<AuthenticationException>(() => refusing);

        // Nor is the accepting side's, for who connects has a nonce of its own in it.
        using var other = new StreamPair();
        var connectingAgain = Task.Run(() => Handshake.Connect(other.Near, s_key), TestContext.Current.CancellationToken);
        other.Far.ReadExactly(new byte[Handshake.HelloSize]);
        other.Far.Write(challenge);
        other.Far.ReadExactly(new byte[Handshake.ReplySize]);
        other.Far.Write(proof);
        await Assert.ThrowsAsync<AuthenticationException>(() => connectingAgain);
    }

    [Fact]
    public async Task ProofForOneCertificateIsNoneForAnother()
    {
        using var pair = new StreamPair();
        var key = HandshakeKey.Random(s_key);
        var accepting = Task.Run(
            () =>
            {
                var judge = new Handshake.Judge(key.ForListener(), new byte[32]);
                var message = new byte[Handshake.HelloSize];
                pair.Near.ReadExactly(message);
                pair.Near.Write(judge.Challenge(message));
                pair.Near.ReadExactly(message, 0, Handshake.ReplySize);
                Assert.Throws<AuthenticationException>(() => judge.Answer(message.AsSpan(0, Handshake.ReplySize)));
                pair.Near.Dispose();
            },
            TestContext.Current.CancellationToken);
        var other = Enumerable.Repeat((byte)1, 32).ToArray();
        Assert.Throws<AuthenticationException>(() => Handshake.Connect(pair.Far, key, other, out _));
        await accepting;
    }

    [Fact]
    public void PassphraseIsStretchedWithTheSaltAndRandomKeyIsNot()
    {
        var one = HandshakeKey.Passphrase("secret"u8).ForListener();
        var two = HandshakeKey.Passphrase("secret"u8).ForListener();
        Assert.NotEqual(one.Key, two.Key);
        Assert.Equal(Rfc2898DeriveBytes.Pbkdf2("secret"u8, one.Salt, 600_000, HashAlgorithmName.SHA256, 32), one.Key);
        Assert.Same(one.Key, HandshakeKey.Passphrase("secret"u8).Derive(one.Salt));
        Assert.Null(HandshakeKey.Passphrase("secret"u8).TryDerive(new byte[HandshakeKey.SaltSize]));
        Assert.Equal(s_key, HandshakeKey.Random(s_key).ForListener().Key);
        Assert.Throws<ArgumentException>(() => HandshakeKey.Random(new byte[31]));
        Assert.Throws<ArgumentException>(() => HandshakeKey.Passphrase([]));
    }

    [Fact]
    public async Task OtherVersionIsNamed()
    {
        using var pair = new StreamPair();
        var accepting = Task.Run(() => Handshake.Accept(pair.Near, s_key), TestContext.Current.CancellationToken);
        pair.Far.Write([.. "PrCc"u8, Handshake.Version + 1, .. new byte[32]]);
        var error = await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
        Assert.Contains("version 4", error.Message, StringComparison.Ordinal);
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

    private static byte[] Hello() => [.. "PrCc"u8, Handshake.Version, .. RandomNumberGenerator.GetBytes(32)];

    private static void AcceptAndClose(StreamPair pair)
    {
        using (pair.Near)
        {
            Handshake.Accept(pair.Near, s_key);
        }
    }

    private static byte[] Pass(Stream from, Stream to, int count)
    {
        var bytes = new byte[count];
        from.ReadExactly(bytes);
        to.Write(bytes);
        return bytes;
    }
}
