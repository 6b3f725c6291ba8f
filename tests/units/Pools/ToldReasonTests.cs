using System.Management.Automation;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>What a worker says of why it can't begin may be anything: a host need not run this module's code.</summary>
public sealed class ToldReasonTests
{
    public static TheoryData<byte[]> Reasons() => [Array.Empty<byte>(), new byte[] { 0xff, 1, 2, 3 }, ValueCodec.Encode(7, SessionValues.Context), ValueCodec.Encode(null, SessionValues.Context)];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void A_reason_that_is_no_error_is_an_error_that_says_so(byte[] reason)
    {
        Assert.Equal("ValueNotReadable", Errors.ToldBy(reason).FullyQualifiedErrorId);
        Assert.Equal("ValueNotReadable", PoolFailures.ToException(new PoolFailure(reason)).Record.FullyQualifiedErrorId);
        var ofHost = Errors.OfHost(new RemoteHostException("web1", RemoteHostFault.StartFailed, "No worker.") { Reason = reason });
        Assert.Equal("ValueNotReadable", ofHost.FullyQualifiedErrorId);
        Assert.Equal("web1", PSObject.AsPSObject(ofHost).Properties["PSComputerName"].Value);
    }

    [Fact]
    public void One_that_is_an_error_is_that()
    {
        var error = new ErrorRecord(new InvalidOperationException("too bad"), "TooBad", ErrorCategory.InvalidOperation, null);
        Assert.Equal("TooBad", Errors.ToldBy(ValueCodec.Encode(error, SessionValues.Context)).FullyQualifiedErrorId);
    }
}
