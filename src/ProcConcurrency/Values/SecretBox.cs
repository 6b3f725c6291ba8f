using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;

namespace ProcConcurrency.Values;

/// <summary>Seals secure strings with AES-GCM under a key derived from the session's. The layout is nonce, tag, cipher text.</summary>
internal sealed class SecretBox
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    /// <summary>What sealing adds to the two bytes of each character.</summary>
    public const int Overhead = NonceSize + TagSize;

    private readonly byte[] _key;
    private readonly Func<byte[]>? _other;

    /// <summary>Makes one.</summary>
    /// <param name="sessionKey">What is sealed with.</param>
    /// <param name="otherKey">Makes what may have been sealed with elsewhere, and is opened, too; null for nothing.</param>
    public SecretBox(byte[] sessionKey, Func<byte[]>? otherKey = null)
    {
        ArgumentNullException.ThrowIfNull(sessionKey);
        _key = KeyFrom(sessionKey);
        _other = otherKey;
    }

    /// <summary>Seals the text into <paramref name="destination"/>, which has <see cref="Overhead"/> and two bytes a character.</summary>
    /// <param name="secret">The text.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="label">What it is for, not hidden: it can't be opened as one for anything else.</param>
    public void Seal(SecureString secret, Span<byte> destination, ReadOnlySpan<byte> label = default)
    {
        Span<byte> nonce = destination[..NonceSize];
        RandomNumberGenerator.Fill(nonce);
        nint clear = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            ReadOnlySpan<byte> bytes;
            unsafe
            {
                bytes = new ReadOnlySpan<byte>((void*)clear, secret.Length * sizeof(char));
            }

            using var aes = new AesGcm(_key, TagSize);
            aes.Encrypt(nonce, bytes, destination[Overhead..], destination.Slice(NonceSize, TagSize), label);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(clear);
        }
    }

    /// <summary>Opens what <see cref="Seal"/> made. Throws <see cref="CryptographicException"/> if it was changed or the key is another.</summary>
    public SecureString Open(ReadOnlySpan<byte> sealedBytes) => Open(sealedBytes, default, out _);

    /// <summary>As above, for a label.</summary>
    /// <param name="sealedBytes">What was made.</param>
    /// <param name="label">What it is for.</param>
    /// <param name="isOfHost">Whether any process on another machine may have made it: they have the other key only.</param>
    public SecureString Open(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> label, out bool isOfHost)
    {
        isOfHost = false;

        // Pinned, so that the collector leaves no copy behind when it moves things.
        byte[] clear = GC.AllocateUninitializedArray<byte>(sealedBytes.Length - Overhead, pinned: true);
        try
        {
            try
            {
                Open(_key, sealedBytes, label, clear);
            }
            catch (AuthenticationTagMismatchException) when (_other is not null)
            {
                try
                {
                    Open(KeyFrom(_other()), sealedBytes, label, clear);
                    isOfHost = true;
                }
                catch (AuthenticationTagMismatchException error)
                {
                    throw new CryptographicException(
                        "it is encrypted for other processes: a secret that one of the session's machine put into a shared object can't be read on another machine. Give it as an argument or as input.", error);
                }
            }

            var secret = new SecureString();
            foreach (char c in MemoryMarshal.Cast<byte, char>(clear.AsSpan()))
            {
                secret.AppendChar(c);
            }

            secret.MakeReadOnly();
            return secret;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    private static void Open(byte[] key, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> label, Span<byte> clear)
    {
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(sealedBytes[..NonceSize], sealedBytes[Overhead..], sealedBytes.Slice(NonceSize, TagSize), clear, label);
    }

    // A key of its own: nothing sealed here helps against the handshake that uses the session key itself.
    private static byte[] KeyFrom(byte[] sessionKey) => sessionKey.Length == 32
        ? HKDF.DeriveKey(HashAlgorithmName.SHA256, sessionKey, 32, info: "ProcConcurrency secret values 1"u8.ToArray())
        : throw new ArgumentException("The session key has 32 bytes.", nameof(sessionKey));
}
