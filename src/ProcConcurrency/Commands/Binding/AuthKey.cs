using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;

namespace ProcConcurrency.Commands.Binding;

/// <summary>
/// What both ends of a connection have to know, as <c>-AuthKey</c> takes it: a secure string, text or bytes. What is proved
/// and kept is its SHA-256; it is never shown.
/// </summary>
public sealed class AuthKey
{
    private readonly byte[] _hash;

    /// <summary>Text.</summary>
    /// <param name="text">Not empty; better long and random.</param>
    public AuthKey(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>A secure string.</summary>
    /// <param name="secret">Not empty.</param>
    public AuthKey(SecureString secret)
        : this(Text(secret))
    {
    }

    /// <summary>Bytes.</summary>
    /// <param name="bytes">One or more.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public AuthKey(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        _hash = bytes.Length > 0 ? SHA256.HashData(bytes) : throw new ArgumentException("An authentication key is not empty.");
    }

    internal ReadOnlySpan<byte> Hash => _hash;

    /// <inheritdoc/>
    public override string ToString() => "AuthKey";

    private static string Text(SecureString secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var clear = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return Marshal.PtrToStringUni(clear)!;
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(clear);
        }
    }
}
