using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>Addresses of listeners: which are some, and how a name among them is looked up.</summary>
public sealed class HubAddressTests
{
    [Theory]
    [InlineData("relative/path")]
    [InlineData("tcp:nowhere")]
    [InlineData("tcp:127.0.0.1")]
    [InlineData("tcp:a b:5")]
    [InlineData("tcp:name:70000")]
    [InlineData("tls:127.0.0.1:5#12")]
    public void An_address_that_is_none_is_refused(string address) => Assert.Throws<FormatException>(() => HubAddress.Parse(address));

    [Theory]
    [InlineData("unix:/run/manager", true)]
    [InlineData("tcp:127.0.0.1:5000", true)]
    [InlineData("tls:[::1]:5000", true)]
    [InlineData("tcp:192.0.2.1:5000", false)]
    [InlineData("tls:build.example.com:5000", false)]
    public void A_name_is_not_taken_for_this_machine(string address, bool isLocal) => Assert.Equal(isLocal, HubAddress.IsLocal(HubAddress.Parse(address)));

    [Fact]
    public void A_time_limit_holds_while_a_name_is_looked_up()
    {
        using var mayEnd = new ManualResetEventSlim();
        var isFound = false;
        try
        {
            var error = Assert.Throws<SocketException>(() => ConnectingSocket.Connect(
                HubAddress.ParseTarget("tcp:nowhere.invalid:1"), HandshakeKey.Random(RandomNumberGenerator.GetBytes(32)), TimeSpan.FromMilliseconds(20), CancellationToken.None, out _, LookUp));
            Assert.Equal(SocketError.TimedOut, error.SocketErrorCode);
            Assert.False(isFound);
        }
        finally
        {
            mayEnd.Set();
        }

        IPAddress[] LookUp(string name)
        {
            isFound = !mayEnd.Wait(TimeSpan.FromSeconds(10));
            return [];
        }
    }
}
