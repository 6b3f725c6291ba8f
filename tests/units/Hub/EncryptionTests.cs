using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Connections that others could read are encrypted, with a certificate that the connecting side knows.</summary>
public sealed class EncryptionTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly X509Certificate2 _certificate = Make("CN=ProcConcurrency test");
    private readonly HandshakeKey _key = HandshakeKey.Random(RandomNumberGenerator.GetBytes(32));
    private readonly TaskCompletionSource<Socket> _accepted = new();
    private readonly ListenerSocket _listener;

    public EncryptionTests()
    {
        _listener = ListenerSocket.Open(new ListenerSettings("tcp:0.0.0.0:0", _key.ForListener(), _certificate), "test", static _ => { });
        _listener.Start(_accepted.SetResult);
    }

    private HubTarget Target => HubAddress.ParseTarget(HubAddress.ForSelf(_listener.Address)) with { Thumbprint = null };

    public void Dispose()
    {
        _listener.Dispose();

        // Whoever has come, now or in a moment: what a test doesn't take would keep its relay until it is collected.
        _accepted.Task.ContinueWith(static accepted => accepted.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        _certificate.Dispose();
    }

    [Fact]
    public async Task Bytes_pass_both_ways_and_the_end_does_too()
    {
        Assert.StartsWith("tls:0.0.0.0:", _listener.Address, StringComparison.Ordinal);
        using var near = Connect(Target.With(_certificate.GetCertHashString(HashAlgorithmName.SHA256)), _key);
        using var far = await _accepted.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        var sent = RandomNumberGenerator.GetBytes(3_000_000);
        await Task.WhenAll(CheckAsync(near, far, sent), CheckAsync(far, near, sent));
        near.Dispose();
        Assert.Equal(0, far.Receive(new byte[1]));
    }

    [Fact]
    public void Address_of_the_listener_has_the_thumbprint()
    {
        using var near = Connect(HubAddress.ParseTarget(HubAddress.ForSelf(_listener.Address)), _key);
        Assert.True(near.Connected);
    }

    [Fact]
    public void Thumbprint_may_be_the_one_that_PowerShell_shows()
    {
        using var near = Connect(Target.With(_certificate.Thumbprint.ToLowerInvariant()), _key);
        Assert.True(near.Connected);
    }

    [Fact]
    public void Another_certificate_is_refused_before_anything_is_proved()
    {
        var error = Assert.Throws<CertificateException>(() => Connect(Target.With(new string('A', 64)), _key));
        Assert.Contains(_certificate.GetCertHashString(HashAlgorithmName.SHA256), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_this_machine_does_not_trust_is_refused_and_the_way_out_named()
    {
        var error = Assert.Throws<CertificateException>(() => Connect(Target, _key));
        Assert.Contains("-Thumbprint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_key_is_refused()
    {
        var wrong = HandshakeKey.Random(new byte[32]);
        Assert.Throws<AuthenticationException>(() => Connect(Target.With(_certificate.Thumbprint), wrong));
    }

    [Fact]
    public void Nothing_is_left_of_a_connection_whose_second_thread_can_t_start()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var network = new Socket(SocketType.Stream, ProtocolType.Tcp);
        network.Connect(listener.LocalEndpoint);
        var started = 0;
        Assert.Throws<IOException>(() => EncryptedRelay.Start(
            new SslStream(new NetworkStream(network)),
            network,
            (name, action) => ++started == 1 ? Background.Start(name, action) : throw new IOException("The system gives this process no more threads.")));
        Assert.Equal(0, listener.AcceptSocket().Receive(new byte[1]));
        Assert.True(SpinWait.SpinUntil(static () => EncryptedRelay.OpenCount == 0, s_patience));
    }

    [Fact]
    public void Who_does_not_encrypt_is_refused()
    {
        var plain = HubAddress.ParseTarget(HubAddress.Format(Target.Endpoint));
        Assert.ThrowsAny<IOException>(() => Connect(plain, _key));
    }

    private static Socket Connect(HubTarget target, HandshakeKey key) =>
        ConnectingSocket.Connect(target, key, s_patience, TestContext.Current.CancellationToken, out _);

    private static async Task CheckAsync(Socket from, Socket to, byte[] bytes)
    {
        using var stream = new NetworkStream(to);
        var sending = Task.Run(() => from.Send(bytes));
        var received = new byte[bytes.Length];
        await stream.ReadExactlyAsync(received);
        await sending;
        Assert.Equal(bytes, received);
    }

    internal static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        // With a key that lives on its own: Windows can't use others for TLS.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
