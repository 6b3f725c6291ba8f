using System.Security.Cryptography;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// Both ends of a new stream prove that they know the session's key before anything else is read:
/// <code>
/// connecting side                               accepting side
/// magic, version, nonce C            ---->
///                                    &lt;----      magic, version, nonce S, HMAC(key, "accept" C S)
/// HMAC(key, "connect" C S)           ---->
/// </code>
/// The roles are in the HMAC, so neither side's proof can be sent back as the other's; the nonces are fresh, so
/// none can be played again. Comparison takes the same time wherever the difference is.
/// </summary>
public static class Handshake
{
    /// <summary>The length of a key in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>The protocol's version; both ends must have the same.</summary>
    public const byte Version = 1;

    private const int NonceSize = 32;
    private const int ProofSize = 32;
    private const int HelloSize = 4 + 1 + NonceSize;
    private static ReadOnlySpan<byte> Magic => "PrCc"u8;

    /// <summary>The side that connects: a child.</summary>
    /// <exception cref="AuthenticationException">The other side doesn't know the key, or isn't one of ours.</exception>
    public static void Connect(Stream stream, ReadOnlySpan<byte> key)
    {
        Span<byte> hello = stackalloc byte[HelloSize];
        WriteHello(hello);
        stream.Write(hello);

        Span<byte> answer = stackalloc byte[HelloSize + ProofSize];
        ReadExactly(stream, answer[..HelloSize]);
        CheckHello(answer);
        ReadExactly(stream, answer[HelloSize..]);
        var nonceC = hello[^NonceSize..];
        var nonceS = answer.Slice(5, NonceSize);
        CheckProof(answer[HelloSize..], key, "accept"u8, nonceC, nonceS);

        Span<byte> proof = stackalloc byte[ProofSize];
        Prove(proof, key, "connect"u8, nonceC, nonceS);
        stream.Write(proof);
    }

    /// <summary>The side that accepts: a session.</summary>
    /// <exception cref="AuthenticationException">The other side doesn't know the key, or isn't one of ours.</exception>
    public static void Accept(Stream stream, ReadOnlySpan<byte> key)
    {
        Span<byte> hello = stackalloc byte[HelloSize];
        ReadExactly(stream, hello);
        CheckHello(hello);

        Span<byte> answer = stackalloc byte[HelloSize + ProofSize];
        WriteHello(answer);
        var nonceC = hello[^NonceSize..];
        var nonceS = answer.Slice(5, NonceSize);
        Prove(answer[HelloSize..], key, "accept"u8, nonceC, nonceS);
        stream.Write(answer);

        Span<byte> proof = stackalloc byte[ProofSize];
        ReadExactly(stream, proof);
        CheckProof(proof, key, "connect"u8, nonceC, nonceS);
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

    private static void Prove(
        Span<byte> proof, ReadOnlySpan<byte> key, ReadOnlySpan<byte> role, ReadOnlySpan<byte> nonceC, ReadOnlySpan<byte> nonceS)
    {
        Span<byte> text = stackalloc byte[16 + (2 * NonceSize)];
        text.Clear();
        role.CopyTo(text);
        nonceC.CopyTo(text[16..]);
        nonceS.CopyTo(text[(16 + NonceSize)..]);
        HMACSHA256.HashData(key, text, proof);
    }

    private static void CheckProof(
        ReadOnlySpan<byte> proof, ReadOnlySpan<byte> key, ReadOnlySpan<byte> role, ReadOnlySpan<byte> nonceC, ReadOnlySpan<byte> nonceS)
    {
        Span<byte> expected = stackalloc byte[ProofSize];
        Prove(expected, key, role, nonceC, nonceS);
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
            throw new AuthenticationException("The other side closed the channel before it had proved who it is: its key is another one, or it is none of ours.");
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
