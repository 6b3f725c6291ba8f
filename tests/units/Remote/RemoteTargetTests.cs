using ProcConcurrency.Runtime.Remote;
using Xunit;

namespace ProcConcurrency.Units.Remote;

public sealed class RemoteTargetTests
{
    [Theory]
    [InlineData("web1", "web1", null, null)]
    [InlineData("admin@web1", "web1", "admin", null)]
    [InlineData("web1:2222", "web1", null, 2222)]
    [InlineData("ssh://admin@web1.example.org:22/", "web1.example.org", "admin", 22)]
    [InlineData("10.1.2.3", "10.1.2.3", null, null)]
    [InlineData("fe80::1", "fe80::1", null, null)]
    [InlineData("[fe80::1%eth0]:2222", "fe80::1%eth0", null, 2222)]
    [InlineData("DOMAIN@user@web1", "web1", "DOMAIN@user", null)]
    public void A_host_is_read(string text, string host, string? user, int? port)
    {
        var target = RemoteTarget.Parse(text);
        Assert.Equal((host, user, port, text), (target.Host, target.UserName, target.Port, target.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@web1")]
    [InlineData("web1:")]
    [InlineData("web1:0")]
    [InlineData("web1:70000")]
    [InlineData("web1:ssh")]
    [InlineData("[fe80::1]22")]
    [InlineData("-oProxyCommand=touch /tmp/x")]
    [InlineData("-lroot@web1")]
    [InlineData("web1;reboot")]
    [InlineData("web 1")]
    [InlineData("web1\nHost x")]
    [InlineData("$(id)@web1")]
    [InlineData("web1,web2")]
    public void What_is_no_host_is_refused(string text) => Assert.Contains("names no host", Assert.Throws<FormatException>(() => RemoteTarget.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_the_user_chose_stands_before_what_is_usual()
    {
        Assert.SkipWhen(!Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator), static folder => File.Exists(Path.Combine(folder, "ssh"))), "There is no ssh.");
        var target = RemoteTarget.Parse("admin@web1:2222") with { Options = "BatchMode=no\nProxyJump=jump", KeyFilePath = "/keys/one" };
        var arguments = SshCommand.ToRun(target, "the command", SshConfiguration.Direct).Arguments;
        Assert.Equal(
            ["-o", "RemoteCommand=none", "-o", "ControlMaster=no", "-o", "BatchMode=no", "-o", "ProxyJump=jump", "-l", "admin", "-p", "2222", "-i", "/keys/one", "-T"],
            arguments.Take(15));
        Assert.Equal(["--", "web1", "the command"], arguments.TakeLast(3));
        Assert.DoesNotContain(arguments, static argument => argument.Contains("StrictHostKeyChecking", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("UserKnownHostsFile", "known", true)]
    [InlineData("identityfile", "./key", true)]
    [InlineData("UserKnownHostsFile", "/known more", true)]
    [InlineData("ProxyCommand", "./connect %h", true)]
    [InlineData("UserKnownHostsFile", "/known", false)]
    [InlineData("IdentityFile", "~/key", false)]
    [InlineData("IdentityAgent", "none", false)]
    [InlineData("ForwardAgent", "yes", false)]
    [InlineData("ProxyJump", "gate", false)]
    public void A_setting_that_names_a_file_may_name_one_in_the_current_folder(string name, string value, bool mayBe) =>
        Assert.Equal(mayBe, RemoteTarget.MayBeRelative(name, value));
}
