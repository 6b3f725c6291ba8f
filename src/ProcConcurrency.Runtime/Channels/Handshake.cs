using System.Security.Cryptography;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// Both ends of a new stream prove that they know the key before anything else is read; the connecting side first:
/// <code>
/// connecting side                               accepting side
/// magic, version, nonce C            ---->
///                                    &lt;----      magic, version, nonce S, salt
/// HMAC(key, "connect" C S salt B)    ---->
///                                    &lt;----      HMAC(key, "accept" C S salt B)
/// </code>
/// The accepting side sends nothing that depends on the key until the other has proved it: who merely connects has nothing to
/// try guesses at. The roles are in the HMAC, so neither side's proof can be sent back as the other's; both nonces are, so none
/// can be played again. B is the fingerprint of the certificate, where the stream is encrypted: a proof is good for that one
/// connection, and not through somebody between. Comparison takes the same time wherever the difference is.
/// </summary>
/// <remarks>
/// In place of its proof the connecting side may say that it comes again: to stretch its passphrase with a salt that is new to
/// it takes longer than a listener waits.
/// </remarks>
public static class Handshake
{
    /// <summary>The length of a key in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>The protocol's version; both ends must have the same.</summary>
    public const byte Version = 3;

    internal const int HelloSize = 4 + 1 + NonceSize;
    internal const int ChallengeSize = HelloSize + HandshakeKey.SaltSize;
    internal const int ReplySize = 1 + ProofSize;
    internal const int ProofSize = 32;

    private const int NonceSize = 32;
    private const byte ComesAgain = 0;
    private const byte Proves = 1;
    private static readonly byte[] s_noSalt = new byte[HandshakeKey.SaltSize];

    private static ReadOnlySpan<byte> Magic => "PrCc"u8;

    /// <summary>The side that connects, with a random key: a child.</summary>
    /// <exception cref="AuthenticationException">The other side doesn't know the key, or isn't one of ours.</exception>
    public static void Connect(Stream stream, ReadOnlySpan<byte> key) => _ = Connect(stream, HandshakeKey.Random(key), default, out _);

    /// <summary>The side that accepts, with a random key: a session.</summary>
    /// <exception cref="AuthenticationException">The other side doesn't know the key, or isn't one of ours.</exception>
    public static void Accept(Stream stream, ReadOnlySpan<byte> key)
    {
        var judge = new Judge(new ListenerKey(key.ToArray(), s_noSalt), default);
        Span<byte> message = stackalloc byte[HelloSize];
        ReadExactly(stream, message);
        stream.Write(judge.Challenge(message));
        ReadExactly(stream, message[..ReplySize]);
        stream.Write(judge.Answer(message[..ReplySize]) ?? throw new AuthenticationException("The other side of the channel proved nothing."));
    }

    /// <summary>The side that connects.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="key">What to prove.</param>
    /// <param name="binding">The fingerprint of the other side's certificate; empty where the stream isn't encrypted.</param>
    /// <param name="salt">The other side's.</param>
    /// <returns>False where the key must first be stretched with the salt: then connect again.</returns>
    /// <exception cref="AuthenticationException">The other side doesn't know the key, or isn't one of ours.</exception>
    internal static bool Connect(Stream stream, HandshakeKey key, ReadOnlySpan<byte> binding, out byte[] salt)
    {
        Span<byte> hello = stackalloc byte[HelloSize];
        WriteHello(hello);
        stream.Write(hello);

        Span<byte> challenge = stackalloc byte[ChallengeSize];
        ReadExactly(stream, challenge[..HelloSize]);
        CheckHello(challenge);
        ReadExactly(stream, challenge[HelloSize..]);
        salt = challenge[HelloSize..].ToArray();

        Span<byte> reply = stackalloc byte[ReplySize];
        reply.Clear();
        if (key.TryDerive(salt) is not { } derived)
        {
            reply[0] = ComesAgain;
            stream.Write(reply);
            return false;
        }

        reply[0] = Proves;
        Prove(reply[1..], derived, "connect"u8, hello, challenge, binding);
        stream.Write(reply);

        Span<byte> proof = stackalloc byte[ProofSize];
        ReadExactly(stream, proof);
        CheckProof(proof, derived, "accept"u8, hello, challenge, binding);
        return true;
    }

    private static void WriteHello(Span<byte> hello)
    {
        Magic.CopyTo(hello);
        hello[4] = Version;
        RandomNumberGenerator.Fill(hello.Slice(5, NonceSize));
    }

    private static void CheckHello(ReadOnlySpan<byte> hello)
    {
        if (!hello[..4].SequenceEqual(Magic))
        {
            throw new AuthenticationException("The other side of the channel doesn't speak this protocol.");
        }

        if (hello[4] != Version)
        {
            throw new AuthenticationException($"The other side speaks version {hello[4]} of the protocol, this one version {Version}.");
        }
    }

    /// <summary>The whole of both first messages goes into the proof, so that none of it can be changed on the way.</summary>
    private static void Prove(
        Span<byte> proof, ReadOnlySpan<byte> key, ReadOnlySpan<byte> role, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> binding)
    {
        Span<byte> text = stackalloc byte[16 + HelloSize + ChallengeSize + 32];
        text.Clear();
        role.CopyTo(text);
        hello.CopyTo(text[16..]);
        challenge.CopyTo(text[(16 + HelloSize)..]);
        binding.CopyTo(text[(16 + HelloSize + ChallengeSize)..]);
        HMACSHA256.HashData(key, text, proof);
    }

    private static void CheckProof(
        ReadOnlySpan<byte> proof, ReadOnlySpan<byte> key, ReadOnlySpan<byte> role, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> binding)
    {
        Span<byte> expected = stackalloc byte[ProofSize];
        Prove(expected, key, role, hello, challenge, binding);
        if (!CryptographicOperations.FixedTimeEquals(expected, proof))
        {
            throw new AuthenticationException("The other side of the channel doesn't know the key.");
        }
    }

    private static void ReadExactly(Stream stream, Span<byte> target)
    {
        try
        {
            stream.ReadExactly(target);
        }
        catch (EndOfStreamException)
        {
            throw ClosedEarly();
        }
    }

    private static AuthenticationException ClosedEarly() =>
        new("The other side closed the channel before it had proved who it is: its key is another one, or it is none of ours.");

    /// <summary>The accepting side's part of one handshake, message by message: whoever has the stream waits in the way that suits it.</summary>
    internal sealed class Judge(ListenerKey key, byte[]? binding)
    {
        private readonly byte[] _hello = new byte[HelloSize];
        private readonly byte[] _challenge = new byte[ChallengeSize];

        /// <summary>The answer to the first message.</summary>
        /// <exception cref="AuthenticationException">It is none of ours, or of another version.</exception>
        internal byte[] Challenge(ReadOnlySpan<byte> hello)
        {
            CheckHello(hello);
            hello.CopyTo(_hello);
            WriteHello(_challenge.AsSpan(0, HelloSize));
            key.Salt.CopyTo(_challenge, HelloSize);
            return _challenge;
        }

        /// <summary>The answer to the proof; null where the other side proves nothing and comes again.</summary>
        /// <exception cref="AuthenticationException">The other side doesn't know the key.</exception>
        internal byte[]? Answer(ReadOnlySpan<byte> reply)
        {
            if (reply[0] == ComesAgain)
            {
                return null;
            }

            CheckProof(reply[1..], key.Key, "connect"u8, _hello, _challenge, binding);
            var proof = new byte[ProofSize];
            Prove(proof, key.Key, "accept"u8, _hello, _challenge, binding);
            return proof;
        }
    }
}

/// <summary>A channel's other end failed to prove that it belongs to this session.</summary>
public sealed class AuthenticationException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was wrong.</param>
    public AuthenticationException(string message)
        : base(message)
    {
    }
}
