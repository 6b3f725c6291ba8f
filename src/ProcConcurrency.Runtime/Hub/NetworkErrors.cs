using System.Net;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>Messages would go over a network in the clear.</summary>
public sealed class InsecureAddressException : InvalidOperationException
{
    internal InsecureAddressException(EndPoint endpoint)
        : base($"The address {endpoint} can be reached from other machines, and what is sent there could be read and changed on the way. "
            + "Either give a certificate with its private key by -Certificate, so that connections are encrypted; or listen at tcp:127.0.0.1, and let those "
            + "on other machines come by ssh's port forwarding: ssh -L 5000:127.0.0.1:5000 user@server.")
    {
    }
}

/// <summary>The certificate at the other end of an encrypted connection is not the expected one, or not trusted.</summary>
public sealed class CertificateException : IOException
{
    internal CertificateException(string message)
        : base(message)
    {
    }
}
