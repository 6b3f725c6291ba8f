using System.Net.Sockets;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>A manager's life: listen, say where, and stay until the session that started it says so or is gone.</summary>
internal sealed class ManagerRunner(ParentLink link, Inbox inbox) : IMessageHandler
{
    private HubListener? _listener;

    internal int Run(byte[] opening)
    {
        var reader = new ValueReader(opening, SessionValues.Context);
        var address = (string?)reader.Read();
        var key = new ListenerKey(SecretBytes.Of((SecureString)reader.Read()!), (byte[])reader.Read()!);
        var certificate = SecretBytes.Of((SecureString)reader.Read()!);
        inbox.Notices = this;
        try
        {
            _listener = HubListener.Start(new ListenerSettings(address, key, certificate.Length == 0 ? null : new X509Certificate2(certificate)), line => Tell(MessageKind.Notice, ChildProtocol.ManagerLog, line));
        }
        catch (Exception error) when (error is SocketException or FormatException or IOException or CryptographicException or UnauthorizedAccessException)
        {
            Tell(MessageKind.Fault, ChildProtocol.OpenManager, $"The manager can't listen{(address is null ? string.Empty : $" at '{address}'")}: {error.Message}");
            return 1;
        }

        using (_listener)
        {
            Tell(MessageKind.Answer, ChildProtocol.OpenManager, _listener.Address);
            _ = inbox.Take();
        }

        return 0;
    }

    public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
    }

    // The session is gone, and this process ends with it now: its socket must not stay.
    public void OnClosed(Exception? cause) => _listener?.Dispose();

    private void Tell(MessageKind kind, uint id, string text)
    {
        try
        {
            link.Post(kind, id, ValueCodec.Encode(text, SessionValues.Context));
        }
        catch (IOException)
        {
            // The session is gone; the reading thread ends this process.
        }
    }
}
