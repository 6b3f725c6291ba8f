using System.Management.Automation;
using System.Net;
using System.Security;
using System.Text;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

public sealed class SecretTests
{
    private const string Clear = "correct horse äöü";

    [Fact]
    public void SecretsSurvive()
    {
        Assert.Equal(Clear, new NetworkCredential("", (SecureString)Codec.Trip(Samples.Secret(Clear))!).Password);
        Assert.Equal(0, ((SecureString)Codec.Trip(new SecureString())!).Length);
        var back = (PSCredential)Codec.Trip(new PSCredential("egon", Samples.Secret(Clear)))!;
        Assert.Equal("egon", back.UserName);
        Assert.Equal(Clear, back.GetNetworkCredential().Password);
    }

    [Fact]
    public void TheBytesNeverHoldTheClearText()
    {
        byte[] bytes = Codec.Encode(new PSCredential("egon", Samples.Secret(Clear)));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(Clear)));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Clear)));
        Assert.NotEqual(bytes, Codec.Encode(new PSCredential("egon", Samples.Secret(Clear))));
    }

    [Fact]
    public void AnotherKeyOrNoneIsRefused()
    {
        byte[] bytes = Codec.Encode(Samples.Secret(Clear));
        Assert.Throws<ValueNotReadableException>(() => ValueCodec.Decode(bytes, new ValueContext(new byte[32])));
        Assert.Throws<ValueNotReadableException>(() => ValueCodec.Decode(bytes, ValueContext.Plain));
        Assert.Throws<ValueNotSerializableException>(() => ValueCodec.Encode(Samples.Secret(Clear), ValueContext.Plain));
        bytes[^1] ^= 1;
        Assert.Throws<ValueNotReadableException>(() => ValueCodec.Decode(bytes, Codec.Keyed));
    }
}
