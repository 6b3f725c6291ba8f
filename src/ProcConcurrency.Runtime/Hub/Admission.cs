using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>One connection from its arrival until it has proved the key, or hasn't. Used by the listener's thread alone.</summary>
internal sealed class Admission : IDisposable
{
    // All that the handshake writes fits in here, so that no write waits for a peer that reads nothing.
    private const int RoomForHandshake = 64 * 1024;

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly UnprovenStream _stream;
    private readonly ListenerKey _key;
    private readonly X509Certificate2? _certificate;
    private readonly Task<bool> _proof;
    private SslStream? _encrypted;

    internal Admission(Socket socket, ListenerKey key, X509Certificate2? certificate)
    {
        _stream = new UnprovenStream(socket);
        _key = key;
        _certificate = certificate;
        From = Describe(socket);
        _proof = ProveAsync();
    }

    /// <summary>Where it comes from, as a message says it.</summary>
    internal string From { get; }

    internal Socket Socket => _stream.Socket;

    internal TimeSpan Age => Stopwatch.GetElapsedTime(_start);

    /// <summary>Whether it is decided.</summary>
    internal bool IsDone => _proof.IsCompleted;

    /// <summary>What has come is looked at.</summary>
    internal void OnReadable() => _stream.OnReadable();

    /// <summary>It is refused.</summary>
    internal void Refuse(string reason)
    {
        _stream.Fail(new AuthenticationException(reason));
        Dispose();
    }

    /// <summary>What is decided: the connection that has proved the key, or null.</summary>
    /// <param name="refusal">Why not; null where nothing is wrong.</param>
    internal Socket? Result(out string? refusal)
    {
        refusal = null;
        try
        {
            if (_proof.GetAwaiter().GetResult())
            {
                return _encrypted is null ? Socket : EncryptedRelay.Start(_encrypted, Socket);
            }
        }
        catch (AuthenticationException error)
        {
            refusal = error.Message;
        }
        catch (System.Security.Authentication.AuthenticationException error)
        {
            refusal = $"it did not agree on encryption: {error.Message}";
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or CryptographicException or InvalidOperationException)
        {
            refusal = "it went away before it had proved the key.";
        }

        return null;
    }

    /// <summary>Closes the connection, whoever has it now.</summary>
    public void Dispose() => _stream.Dispose();

    private async Task<bool> ProveAsync()
    {
        KeepAlive.Set(Socket);
        Stream stream = _stream;
        byte[]? binding = null;
        if (_certificate is not null)
        {
            Socket.SendBufferSize = RoomForHandshake;
            stream = _encrypted = new SslStream(_stream);
            binding = CertificateTrust.Binding(_certificate);
            await _encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                // Nothing is fetched from anywhere while others wait.
                ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true),
                EnabledSslProtocols = CertificateTrust.Protocols,
            }).ConfigureAwait(false);
        }

        var judge = new Handshake.Judge(_key, binding);
        var message = new byte[Handshake.HelloSize];
        await stream.ReadExactlyAsync(message).ConfigureAwait(false);
        await stream.WriteAsync(judge.Challenge(message)).ConfigureAwait(false);
        await stream.ReadExactlyAsync(message.AsMemory(0, Handshake.ReplySize)).ConfigureAwait(false);
        if (judge.Answer(message.AsSpan(0, Handshake.ReplySize)) is not { } answer)
        {
            return false;
        }

        await stream.WriteAsync(answer).ConfigureAwait(false);
        return true;
    }

    private static string Describe(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint is IPEndPoint ip ? $" from {ip}" : string.Empty;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return string.Empty;
        }
    }
}
