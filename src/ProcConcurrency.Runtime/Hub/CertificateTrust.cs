using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>Which certificates the connecting side takes: the one whose thumbprint it knows, or those that the machine trusts for the name.</summary>
internal static class CertificateTrust
{
    private const int Sha1Length = 40;
    private const int Sha256Length = 64;

    // What TLS before 1.2 offers is broken.
    internal const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>A thumbprint in one form: hexadecimal digits in capitals, SHA-256's 64, or the 40 that Windows and PowerShell show.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static string ParseThumbprint(string text)
    {
        var digits = text.Replace(":", string.Empty, StringComparison.Ordinal).Replace(" ", string.Empty, StringComparison.Ordinal).ToUpperInvariant();
        return digits.Length is Sha1Length or Sha256Length && digits.All(char.IsAsciiHexDigit)
            ? digits
            : throw new FormatException($"'{text}' is no thumbprint: it has {Sha256Length} hexadecimal digits (SHA-256) or {Sha1Length} (SHA-1).");
    }

    /// <summary>What both sides put into their proofs.</summary>
    internal static byte[] Binding(X509Certificate certificate) => SHA256.HashData(certificate.GetRawCertData());

    /// <summary>Encrypts a connection, and sees who is at its other end.</summary>
    /// <exception cref="CertificateException">The certificate there is not the one, or not trusted.</exception>
    /// <exception cref="IOException">The other side is gone, or doesn't speak TLS.</exception>
    internal static SslStream Authenticate(Stream stream, HubTarget target)
    {
        var encrypted = new SslStream(stream);
        string? objection = null;
        try
        {
            encrypted.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = target.Host,
                EnabledSslProtocols = Protocols,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    (objection = Objection(certificate, chain, errors, target)) is null,
            });
            return encrypted;
        }
        catch (System.Security.Authentication.AuthenticationException) when (objection is not null)
        {
            throw new CertificateException(objection);
        }
        catch (System.Security.Authentication.AuthenticationException error)
        {
            throw new Channels.AuthenticationException($"The other side could not agree on encryption: {error.Message}");
        }
    }

    private static string? Objection(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, HubTarget target)
    {
        if (certificate is null)
        {
            return "The listener has shown no certificate.";
        }

        var sha256 = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        if (target.Thumbprint is { } expected)
        {
            var found = expected.Length == Sha256Length ? sha256 : certificate.GetCertHashString();
            return found == expected
                ? null
                : $"The listener's certificate has the thumbprint {found}, not {expected}. Somebody may be between, or the listener has a new certificate.";
        }

        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        var reasons = chain?.ChainStatus.Select(static status => status.StatusInformation.Trim()).Where(static text => text.Length > 0) ?? [];
        var name = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $" it is not for the name '{target.Host}';" : string.Empty;
        return $"This machine doesn't trust the listener's certificate:{name} {string.Join(' ', reasons)} If it is the right one, give its thumbprint with -Thumbprint: {sha256}";
    }
}
