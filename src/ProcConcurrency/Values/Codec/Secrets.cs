using System.Management.Automation;
using System.Security;

namespace ProcConcurrency.Values;

// Secure strings and credentials, encrypted with the key of the session.
internal sealed partial class ValueWriter
{
    // Of PSCredential.Empty, which has none.
    private static readonly SecureString s_noSecret = new();

    private void WriteSecret(SecureString secret, ReadOnlySpan<byte> label = default)
    {
        SecretBox box = _context.Secrets
            ?? throw Refuse(secret, "a secret, and there is no session key to encrypt it with.");
        int size = SecretBox.Overhead + (secret.Length * sizeof(char));
        WriteVar((uint)size);
        Span<byte> to = Take(size);
        to.Clear();
        box.Seal(secret, to, label);
    }

    private void WriteCredential(PSCredential credential)
    {
        WriteTag(ValueTag.Credential);
        WriteText(credential.UserName);
        WriteSecret(credential.Password ?? s_noSecret);
    }
}

internal ref partial struct ValueReader
{
    private SecureString? ReadSecret()
    {
        SecretBox? box = _context.Secrets;
        ReadOnlySpan<byte> bytes = ReadSealed();
        if (box is null)
        {
            return (SecureString?)Unreadable(typeof(SecureString), "there is no session key to decrypt it with.");
        }

        return (SecureString?)Make(typeof(SecureString), (box, Bytes: bytes.ToArray()), static it => it.box.Open(it.Bytes));
    }

    private ReadOnlySpan<byte> ReadSealed()
    {
        int size = ReadCount();
        ReadOnlySpan<byte> bytes = Take(size);
        if (size < SecretBox.Overhead || (size & 1) != 0)
        {
            Fail("a secret is cut short.");
        }

        return bytes;
    }

    private object? ReadCredential()
    {
        string? name = ReadText();
        SecureString? secret = ReadSecret();

        // Only PSCredential.Empty has no name.
        return secret is null || string.IsNullOrEmpty(name) ? PSCredential.Empty
            : Make(typeof(PSCredential), (name, secret), static it => new PSCredential(it.name, it.secret));
    }
}
