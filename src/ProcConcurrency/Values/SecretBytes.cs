using System.Runtime.InteropServices;
using System.Security;

namespace ProcConcurrency.Values;

/// <summary>A key as a secret text, and back: what seals secure strings then seals it too.</summary>
internal static class SecretBytes
{
    /// <summary>The key that a text stands for.</summary>
    /// <exception cref="FormatException">It stands for none.</exception>
    internal static byte[] Of(SecureString secret)
    {
        nint clear = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return Convert.FromHexString(Marshal.PtrToStringUni(clear)!);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(clear);
        }
    }

    /// <summary>The text for a key.</summary>
    internal static SecureString Text(ReadOnlySpan<byte> key)
    {
        var secret = new SecureString();
        foreach (char c in Convert.ToHexString(key))
        {
            secret.AppendChar(c);
        }

        secret.MakeReadOnly();
        return secret;
    }
}
