using System.Security;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Worker;

/// <summary>The session's key as scripts may have it: a secure string, one for each process, so that two of them compare.</summary>
internal static class SessionAuthKey
{
    private static readonly Lazy<SecureString> s_value = new(Make);

    internal static SecureString Value => s_value.Value;

    private static SecureString Make()
    {
        var made = new SecureString();
        Span<char> text = stackalloc char[64];
        Convert.TryToBase64Chars(Session.Current.Key, text, out var length);
        foreach (var letter in text[..length])
        {
            made.AppendChar(letter);
        }

        text.Clear();
        made.MakeReadOnly();
        return made;
    }
}
