using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Commands.Binding;

/// <summary>
/// What both ends of a connection have to know, as <c>-AuthKey</c> takes it: a secure string, text or bytes. Bytes, 32 or more,
/// and text of 64 hexadecimal digits are taken for random, and used as they are; all else is stretched, so that it is
/// expensive to guess. It is never shown.
/// </summary>
public sealed class AuthKey
{
    private const int RandomDigits = 2 * Handshake.KeySize;

    /// <summary>Text.</summary>
    /// <param name="text">Not empty; better long and random.</param>
    public AuthKey(string text)
        : this(text.AsSpan())
    {
    }

    /// <summary>A secure string.</summary>
    /// <param name="secret">Not empty.</param>
    public AuthKey(SecureString secret) => Key = OfSecret(secret);

    /// <summary>Bytes.</summary>
    /// <param name="bytes">One or more.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public AuthKey(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        CheckLength(bytes.Length);
        Key = bytes.Length >= Handshake.KeySize ? HandshakeKey.Random(bytes) : HandshakeKey.Passphrase(bytes);
    }

    private AuthKey(ReadOnlySpan<char> text) => Key = OfText(text);

    internal HandshakeKey Key { get; }

    /// <inheritdoc/>
    public override string ToString() => "AuthKey";

    private static HandshakeKey OfText(ReadOnlySpan<char> text)
    {
        CheckLength(text.Length);
        if (text.Length == RandomDigits && IsHexadecimal(text))
        {
            return HandshakeKey.Random(Convert.FromHexString(text));
        }

        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        try
        {
            return HandshakeKey.Passphrase(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void CheckLength(int length)
    {
        if (length == 0)
        {
            throw new WrongArgumentException("A key is not empty: give text, a SecureString or bytes.");
        }
    }

    private static bool IsHexadecimal(ReadOnlySpan<char> text)
    {
        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigit(digit))
            {
                return false;
            }
        }

        return true;
    }

    private static unsafe HandshakeKey OfSecret(SecureString secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var clear = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return OfText(new ReadOnlySpan<char>((void*)clear, secret.Length));
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(clear);
        }
    }
}
