using System.Security.Cryptography;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// What both ends of a connection have to know, before it is made fit for the handshake. A random key is used as it is. A
/// passphrase is stretched with the salt that its listener has chosen at random: whoever gets hold of a proof has to pay for
/// each guess, and guesses that were prepared for one listener are worth nothing for another. Who listens in a listener's place
/// chooses the salt and is shown a proof, and may have prepared: against that, only a random key or a certificate helps.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class HandshakeKey
{
    /// <summary>The length of a listener's salt in bytes.</summary>
    public const int SaltSize = 16;

    // OWASP's Password Storage Cheat Sheet gives this figure for PBKDF2-HMAC-SHA256:
    // https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#pbkdf2
    private const int Iterations = 600_000;

    // A process that connects to more listeners than this with passphrases stretches some of them anew.
    private const int MostStretched = 64;

    // What was stretched, by a hash of passphrase and salt with a key that only this process has. Guarded by itself.
    private static readonly Dictionary<string, byte[]> s_stretched = [];
    private static readonly byte[] s_cacheKey = RandomNumberGenerator.GetBytes(32);

    private readonly byte[] _secret;
    private readonly bool _isRandom;

    private HandshakeKey(byte[] secret, bool isRandom)
    {
        _secret = secret;
        _isRandom = isRandom;
    }

    /// <summary>A key that a random number generator made.</summary>
    /// <param name="secret">32 bytes or more.</param>
    /// <exception cref="ArgumentException">They are fewer.</exception>
    public static HandshakeKey Random(ReadOnlySpan<byte> secret) => secret.Length switch
    {
        Handshake.KeySize => new HandshakeKey(secret.ToArray(), isRandom: true),
        > Handshake.KeySize => new HandshakeKey(SHA256.HashData(secret), isRandom: true),
        _ => throw new ArgumentException($"A random key has {Handshake.KeySize} bytes or more.", nameof(secret)),
    };

    /// <summary>A key that a person may have chosen.</summary>
    /// <param name="secret">One byte or more.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static HandshakeKey Passphrase(ReadOnlySpan<byte> secret) => secret.Length > 0
        ? new HandshakeKey(secret.ToArray(), isRandom: false)
        : throw new ArgumentException("An authentication key is not empty.", nameof(secret));

    /// <summary>The key for a new listener, with a salt of its own.</summary>
    public ListenerKey ForListener()
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new ListenerKey(Derive(salt), salt);
    }

    /// <summary>The key that the handshake proves. The first time for a passphrase and a salt this takes some tenths of a second.</summary>
    /// <param name="salt">The listener's.</param>
    internal byte[] Derive(ReadOnlySpan<byte> salt)
    {
        if (TryDerive(salt) is { } known)
        {
            return known;
        }

        var stretched = Rfc2898DeriveBytes.Pbkdf2(_secret, salt, Iterations, HashAlgorithmName.SHA256, Handshake.KeySize);
        lock (s_stretched)
        {
            if (s_stretched.Count >= MostStretched)
            {
                s_stretched.Clear();
            }

            s_stretched[CacheName(salt)] = stretched;
        }

        return stretched;
    }

    /// <summary>As <see cref="Derive"/>, where it takes no time; else null.</summary>
    internal byte[]? TryDerive(ReadOnlySpan<byte> salt)
    {
        if (_isRandom)
        {
            return _secret;
        }

        lock (s_stretched)
        {
            return s_stretched.GetValueOrDefault(CacheName(salt));
        }
    }

    private string CacheName(ReadOnlySpan<byte> salt) => Convert.ToHexString(HMACSHA256.HashData(s_cacheKey, (byte[])[.. salt, .. _secret]));
}

/// <summary>A key as its listener has it.</summary>
/// <param name="Key">What is proved: 32 bytes.</param>
/// <param name="Salt">What the passphrase was stretched with; told to everybody who connects.</param>
public sealed record ListenerKey(byte[] Key, byte[] Salt)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ListenerKey);
}
