using ProcConcurrency.Commands;
using Xunit;

namespace ProcConcurrency.Units.Commands;

public sealed class HostNameCompleterTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("Host web1", "web1")]
    [InlineData("  host\tweb1 web2  ", "web1 web2")]
    [InlineData("Host=web1", "web1")]
    [InlineData("Host = \"web1\" \"\"", "web1")]
    [InlineData("Host *.example.org !web1 web? web2", "web2")]
    [InlineData("HostName web1", "")]
    [InlineData("# Host web1", "")]
    [InlineData("Host", "")]
    [InlineData("\n\nMatch host web1\nHost web2\n  User admin\nHost web3\n", "web2 web3")]
    public void The_settings_name_hosts(string text, string expected) => AssertNames(expected, text, HostNameCompleter.Configured);

    [Theory]
    [InlineData("web1 ssh-ed25519 AAAA", "web1")]
    [InlineData("web1,192.0.2.1,fe80::1\tssh-ed25519 AAAA", "web1 192.0.2.1 fe80::1")]
    [InlineData("[web1]:22,[web2]:2222 ssh-ed25519 AAAA", "web1 [web2]:2222")]
    [InlineData("|1|aGFzaGVk|bmFtZQ== ssh-ed25519 AAAA", "")]
    [InlineData("@cert-authority *.example.org ssh-ed25519 AAAA", "")]
    [InlineData("*.example.org,!web1,web2 ssh-ed25519 AAAA", "web2")]
    [InlineData("# web1\n\nweb2 ssh-ed25519 AAAA\n", "web2")]
    public void The_known_hosts_have_names(string text, string expected) => AssertNames(expected, text, HostNameCompleter.Known);

    [Fact]
    public void A_file_that_is_not_there_names_none()
    {
        Assert.Empty(HostNameCompleter.Configured(_file + ".none"));
        Assert.Empty(HostNameCompleter.Known(Path.Combine(_file, "none")));
    }

    private void AssertNames(string expected, string text, Func<string, IEnumerable<string>> read)
    {
        File.WriteAllText(_file, text);
        Assert.Equal(expected, string.Join(' ', read(_file)));
    }
}
