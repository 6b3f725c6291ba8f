using System.Runtime.InteropServices;
using System.Security;

namespace ProcConcurrency.Values;

/// <summary>A key as a secret text, and back: what seals secure strings then seals it too.</summary>
internal static class SecretBytes
{
    /// <summary>The key that a text stands for.</summary>
    /// <exception cref="FormatException">It stands for none.</exception>
    internal static unsafe byte[] Of(SecureString secret)
    {
        nint clear = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return Convert.FromHexString(new ReadOnlySpan<char>((void*)clear, secret.Length));
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(clear);
        }
    }

    /// <summary>The text for a key; empty for none.</summary>
    internal static SecureString Text(ReadOnlySpan<byte> key)
    {
        var secret = new SecureString();
        foreach (byte part in key)
        {
            secret.AppendChar(Digit(part >> 4));
            secret.AppendChar(Digit(part & 15));
        }

        secret.MakeReadOnly();
        return secret;
    }

    private static char Digit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);
}
