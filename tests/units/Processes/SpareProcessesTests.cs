using System.ComponentModel;
using System.Diagnostics;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Processes;

/// <summary>When a spare process is started. What waits asks how to start it, and is told: not at all.</summary>
public sealed class SpareProcessesTests : IDisposable
{
    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _looked = new(0);
    private readonly long _start = Stopwatch.GetTimestamp();
    private volatile bool _isBusy = true;

    public void Dispose()
    {
        _asked.Dispose();
        _looked.Dispose();
    }

    [Fact]
    public void ASpareWaitsUntilTheSessionHasLittleToDo()
    {
        var spares = Store(new ProcessorUse(() => Used()), TimeSpan.FromHours(1));
        AssertWaitsUntilIdle(spares);
    }

    [Fact]
    public void WhatTheSessionDoesInTheFirstMomentsOfItsChildSaysNothing()
    {
        // Idle at the first look, as while a child compiles its block; busy with its output from then on.
        var looks = 0;
        var spares = Store(
            new ProcessorUse(() =>
            {
                _looked.Release();
                return Interlocked.Increment(ref looks) <= 1 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_start);
            }),
            TimeSpan.FromHours(1));
        Want(spares);
        for (var i = 0; i < 5; i++)
        {
            _looked.Wait(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, _asked.CurrentCount);
    }

    [Fact]
    public void ASpareDoesNotWaitForEver()
    {
        var spares = Store(new ProcessorUse(() => Used()), TimeSpan.FromMilliseconds(1));
        Want(spares);
        _asked.Wait(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void ASessionWithLittleToDoHasOne()
    {
        _isBusy = false;
        var spares = Store(new ProcessorUse(() => Used()), TimeSpan.FromHours(1));
        Want(spares);
        _asked.Wait(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void ASpareWaitsUntilTheMachineHasAProcessorForIt()
    {
        // Of two processors the children have one and three quarters, or none.
        var idle = new ProcessorUse(() =>
        {
            var used = Used();
            return _isBusy ? used / 4 : Stopwatch.GetElapsedTime(_start) * 2;
        });
        var spares = new SpareProcesses(new ProcessorUse(static () => TimeSpan.Zero), idle, TimeSpan.FromHours(1));
        AssertWaitsUntilIdle(spares);
    }

    [Fact]
    public void WhoStartsAChildIsNotToldThatTheLoadCantBeRead()
    {
        var spares = new SpareProcesses(new ProcessorUse(static () => throw new Win32Exception()), new ProcessorUse(static () => throw new IOException()), TimeSpan.FromHours(1));
        Want(spares);
        _asked.Wait(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void NoneIsStartedThatWasClearedWhileItsStartWasBeingDescribed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks for it in /proc.");
        _isBusy = false;
        using var goesOn = new ManualResetEventSlim();
        Thread? filling = null;
        var argument = Guid.NewGuid().ToString();
        var spares = Store(new ProcessorUse(() => Used()), TimeSpan.FromHours(1));
        spares.Want(() =>
        {
            filling = Thread.CurrentThread;
            _asked.Release();
            goesOn.Wait();
            return (Sleeper(argument), this);
        });
        _asked.Wait(TestContext.Current.CancellationToken);
        spares.Clear();
        goesOn.Set();
        filling!.Join();
        try
        {
            Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), folder => CommandLine(folder).Contains(argument, StringComparison.Ordinal));
        }
        finally
        {
            spares.Clear();
        }
    }

    [Fact]
    public void OneThatIsNotWantedAnyMoreIsEndedAsSoonAsItIsStarted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It runs /bin/sh.");
        var spare = new SpareProcess(new SpareProcesses(), this);
        spare.Discard();
        spare.Start(Sleeper("unwanted"), StartPlace.Take(TestContext.Current.CancellationToken));
        try
        {
            Assert.True(spare.Link!.Ended.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        }
        finally
        {
            spare.Discard();
        }
    }

    private static LaunchSettings Sleeper(string name) => new("/bin/sh", ["-c", "sleep 1000; :", name], "/", new Dictionary<string, string?>());

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    // On a machine of which nothing is known but what this process uses.
    private static SpareProcesses Store(ProcessorUse own, TimeSpan patience) => new(own, new ProcessorUse(static () => null), patience);

    private void AssertWaitsUntilIdle(SpareProcesses spares)
    {
        Want(spares);
        for (var i = 0; i < 4; i++)
        {
            _looked.Wait(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, _asked.CurrentCount);
        _isBusy = false;
        _asked.Wait(TestContext.Current.CancellationToken);
    }

    private void Want(SpareProcesses spares) => spares.Want(() =>
    {
        _asked.Release();
        return null;
    });

    // All of one processor, or none.
    private TimeSpan Used()
    {
        _looked.Release();
        return _isBusy ? Stopwatch.GetElapsedTime(_start) : TimeSpan.Zero;
    }
}
