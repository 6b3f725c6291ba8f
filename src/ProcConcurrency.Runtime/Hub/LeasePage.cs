using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// Memory that the hub and one process share: a word for each batch of items that the process has fetched ahead. The word says how
/// many of them the process may hand out, and how many it has. The process takes one by one, and the hub takes the rest away,
/// each with one compare-and-swap: so whatever happens in between, a death included, both know which item is whose.
/// </summary>
/// <remarks>Thread-safe. The hub makes it; the process maps it, and finds by the key in it that it is the right one.</remarks>
internal sealed unsafe class LeasePage : IDisposable
{
    private const int Size = 4096;

    /// <summary>How many words it has; the first is the key.</summary>
    internal const int Words = Size / sizeof(long);

    private readonly SharedMemory? _memory;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _words;

    private LeasePage(string address, SharedMemory? memory)
    {
        _memory = memory;
        Address = address;
        using var file = SharedMemory.Map(address);
        _view = file.CreateViewAccessor(0, Size);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _words = (long*)(start + _view.PointerOffset);
    }

    internal string Address { get; }

    internal long Key => _words[0];

    /// <summary>In the hub: makes one.</summary>
    /// <exception cref="IOException">There is no memory.</exception>
    internal static LeasePage Create()
    {
        var memory = SharedMemory.Create(Size);
        var page = new LeasePage(memory.Address, memory);
        page._words[0] = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        return page;
    }

    /// <summary>In the process: maps it; null where it can't be reached, from another machine or as another user.</summary>
    internal static LeasePage? TryOpen(string address, long key)
    {
        try
        {
            var page = new LeasePage(address, null);
            if (page.Key == key)
            {
                return page;
            }

            page.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // Then nothing is fetched ahead.
        }

        return null;
    }

    /// <summary>In the hub: that many items are the process's to hand out.</summary>
    internal void Grant(int slot, int count) => Volatile.Write(ref _words[slot], (long)count << 32);

    /// <summary>In the process: hands out the next item. False where none is left, or the hub has taken them away.</summary>
    internal bool TryTake(int slot)
    {
        while (true)
        {
            var word = Volatile.Read(ref _words[slot]);
            if ((int)word >= (int)(word >> 32))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _words[slot], word + 1, word) == word)
            {
                return true;
            }
        }
    }

    /// <summary>How many were handed out.</summary>
    internal int Taken(int slot) => (int)Volatile.Read(ref _words[slot]);

    /// <summary>From here on none is handed out any more.</summary>
    /// <returns>How many were.</returns>
    internal int Close(int slot)
    {
        while (true)
        {
            var word = Volatile.Read(ref _words[slot]);
            var taken = (int)word;
            if (Interlocked.CompareExchange(ref _words[slot], ((long)taken << 32) | (uint)taken, word) == word)
            {
                return taken;
            }
        }
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _memory?.Dispose();
    }
}

/// <summary>The words of a process's page that nobody uses, and the page, which is mapped when it is first needed.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="port">The way to the hub.</param>
internal sealed class LeaseSlots(HubPort port)
{
    // Guards what follows.
    private readonly object _gate = new();
    private readonly List<int> _free = []; // A stack of numbers would be compiled anew in each process.
    private LeasePage? _page;
    private bool _asked;

    /// <summary>The page; null where there is none, and nothing can be fetched ahead.</summary>
    internal LeasePage? Page
    {
        get
        {
            lock (_gate)
            {
                return _page;
            }
        }
    }

    /// <summary>A word for one reader; 0 where none is left, or the page is only being asked for.</summary>
    /// <param name="limit">How long to ask for the page.</param>
    internal int Rent(WaitLimit limit)
    {
        lock (_gate)
        {
            if (_asked)
            {
                return TakeFree();
            }

            _asked = true;
        }

        Answer answer = default;
        try
        {
            // Nobody waits for this one but who came first.
            answer = Open(limit);
        }
        finally
        {
            Note(answer);
        }

        lock (_gate)
        {
            return TakeFree();
        }
    }

    internal void Return(int slot)
    {
        lock (_gate)
        {
            _free.Add(slot);
        }
    }

    private int TakeFree()
    {
        if (_free.Count == 0)
        {
            return 0;
        }

        var slot = _free[^1];
        _free.RemoveAt(_free.Count - 1);
        return slot;
    }

    private Answer Open(WaitLimit limit)
    {
        var late = new LateAnswer(static answer => answer.Text(null), static _ => { });
        var reply = port.Call(port.Request(HubOperation.LeaseMemory, 0), limit, late);
        var reader = reply.Read();
        return new Answer(!reply.IsOutcome, reader.Text() is { } address ? LeasePage.TryOpen(address, reader.Int64()) : null);
    }

    private void Note(Answer answer)
    {
        lock (_gate)
        {
            // Where none came, the next one asks again.
            _asked = answer.IsThere;
            _page = answer.Page;
            for (var slot = _page is null ? 0 : LeasePage.Words - 1; slot > 0; slot--)
            {
                _free.Add(slot);
            }
        }
    }

    private readonly record struct Answer(bool IsThere, LeasePage? Page);
}
