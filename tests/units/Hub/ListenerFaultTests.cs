using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Units.Channels;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>What goes wrong with one connection ends it, and not the listener.</summary>
public sealed class ListenerFaultTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly HandshakeKey _key = HandshakeKey.Random(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void A_taker_that_fails_beside_one_that_is_refused_closes_the_door_to_nobody()
    {
        using var log = new BlockingCollection<string>();
        using var taken = new BlockingCollection<Socket>();
        using var isTaking = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var count = 0;
        using var listener = ListenerSocket.Open(new ListenerSettings(null, _key.ForListener()), "test", log.Add);
        listener.Start(socket =>
        {
            switch (++count)
            {
                case 1:
                    isTaking.Set();
                    goOn.Wait();
                    socket.Dispose();
                    break;
                case 2:
                    throw new IOException("on purpose");
                default:
                    taken.Add(socket);
                    break;
            }
        });

        // The one has the listener's answer, and sends its proof while the listener is busy; the other is too late by then.
        using var failing = Open(listener);
        using var hasAnswer = new ManualResetEventSlim();
        using var stream = new StepStream(failing, step =>
        {
            if (step == 2)
            {
                hasAnswer.Set();
                isTaking.Wait();
            }
        });
        var proving = new Thread(() => Handshake.Connect(stream, _key, default, out _));
        proving.Start();
        Assert.True(hasAnswer.Wait(s_patience));
        using var silent = Open(listener);
        using var first = Connect(listener);
        Assert.True(isTaking.Wait(s_patience));
        Thread.Sleep(ListenerSocket.s_patience);
        goOn.Set();
        Assert.Contains("on purpose", log.Take(), StringComparison.Ordinal);
        using var next = Connect(listener);
        Assert.True(taken.TryTake(out var socket, s_patience));
        socket.Dispose();
        proving.Join();
    }

    [Fact]
    public void A_client_that_there_is_no_thread_for_is_told_so()
    {
        var count = 0;
        using var listener = HubListener.Start(
            new ListenerSettings(null, _key.ForListener()),
            static _ => { },
            (name, action) => ++count == 1 ? throw new IOException("The system gives this process no more threads.") : Background.Start(name, action));
        var target = HubAddress.ParseTarget(listener.Address);
        using var socket = ConnectingSocket.Connect(target, _key, s_patience, TestContext.Current.CancellationToken, out _);
        Assert.True(socket.Poll(s_patience, SelectMode.SelectRead));
        Assert.Equal(0, socket.Receive(new byte[1]));
    }

    [Fact]
    public void A_socket_that_makes_no_stream_is_closed()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var handle = socket.SafeHandle;
        Assert.ThrowsAny<IOException>(() => ParkedSocket.ToStream(socket, carriesDescriptors: false));
        Assert.True(handle.IsClosed);
    }

    private static Socket Open(ListenerSocket listener)
    {
        var endpoint = HubAddress.Parse(listener.Address);
        var socket = HubAddress.CreateSocket(endpoint);
        socket.Connect(endpoint);
        return socket;
    }

    private Socket Connect(ListenerSocket listener) =>
        ConnectingSocket.Connect(HubAddress.ParseTarget(listener.Address), _key, s_patience, TestContext.Current.CancellationToken, out _);
}
