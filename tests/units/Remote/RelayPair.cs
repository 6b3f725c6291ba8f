using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Units.Channels;
using Xunit;

namespace ProcConcurrency.Units.Remote;

/// <summary>Two relays that are connected, each read by a thread of its own.</summary>
internal sealed class RelayPair : IDisposable
{
    internal const string NearThread = "near relay";

    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(60);
    private readonly StreamPair _line;

    internal RelayPair(IRelayOwner nearOwner, IRelayOwner farOwner)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Its streams are socket pairs.");
        _line = new StreamPair(direct: true);
        Near = new Relay(_line.Near, nearOwner, s_beat);
        Far = new Relay(_line.Far, farOwner, s_beat);
        Background.Start(NearThread, Near.ReadToEnd);
        Background.Start("far relay", Far.ReadToEnd);
    }

    internal Relay Near { get; }

    internal Relay Far { get; }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
        _line.Dispose();
    }
}
