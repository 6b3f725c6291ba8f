using System.Buffers;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Values;

/// <summary>
/// Encodes PowerShell values, one after the other, into one buffer. Reusable; not for use by two threads at a time.
/// </summary>
/// <remarks>Values written between two <see cref="Reset"/> calls form a batch: they share the table of shapes and are read by one reader.</remarks>
internal sealed partial class ValueWriter : IDisposable
{
    private const int KeptCapacity = 1 << 20;

    private readonly ValueContext _context;
    private readonly ShapeTable _shapes = new();
    private byte[] _buffer = [];
    private int _length;

    public ValueWriter(ValueContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
    }

    public ValueContext Context => _context;

    /// <summary>Refuse objects that are bound to this process, rather than sending the shell of them.</summary>
    public bool Strict { get; set; }

    /// <summary>What the paths in a refusal start with: <c>ArgumentList</c>, <c>$using:x</c>.</summary>
    public string RootName { get; set; } = "Value";

    /// <summary>What they start with in the parts of a root that is an array, in their order; null: as <see cref="RootName"/> says.</summary>
    public string[]? PartNames { get; set; }

    public int Length => _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>The same, for what sends it.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>Appends one value. If it throws, the buffer is as it was before.</summary>
    /// <exception cref="ValueNotSerializableException">A secret without a key, or in strict mode a process-bound object.</exception>
    public void Write(object? value)
    {
        int length = _length;
        int shapes = _shapes.Count;
        int handles = _handles.Count;
        _copies = 0;
        try
        {
            try
            {
                WriteValue(value);
            }
            catch (ManyCopiesException)
            {
                TakeBack(length, shapes);
                _handles.RemoveRange(handles, _handles.Count - handles);
                WriteWithLinks(value);
            }
        }
        catch (InvalidOperationException failure) when (failure.GetType() == typeof(InvalidOperationException))
        {
            // So collections tell it.
            string path = CurrentPath();
            TakeBack(length, shapes);
            throw new ValueNotSerializableException($"{path} was changed by another thread while it was read. Send a copy that none changes, or a [hashtable]::Synchronized(). It said: {failure.Message}", failure);
        }
        catch
        {
            TakeBack(length, shapes);
            throw;
        }
    }

    private void TakeBack(int length, int shapes)
    {
        _length = length;
        _shapes.Truncate(shapes);
        ReleaseMembers(0);
        ClearPath();
        _bagDepth = 0;
    }

    /// <summary>Appends a byte that is no value: who reads it knows that it comes.</summary>
    public void WriteByte(byte value) => Take(1)[0] = value;

    /// <summary>Where it stands between two values, for <see cref="GoBack"/>.</summary>
    public (int Length, int Shapes) Position => (_length, _shapes.Count);

    /// <summary>Takes back the values since then.</summary>
    public void GoBack((int Length, int Shapes) position)
    {
        _length = position.Length;
        _shapes.Truncate(position.Shapes);
    }

    /// <summary>Begins a new batch in the same buffer.</summary>
    public void Reset()
    {
        _length = 0;
        _handles.Clear();
        ScriptTypes.Clear();
        _shapes.Truncate(0);
        if (_buffer.Length > KeptCapacity)
        {
            Dispose();
        }
    }

    /// <summary>Gives the buffer back. The writer may be used again.</summary>
    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        _length = 0;
        _shapes.Truncate(0);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// The same, unless another thread is at it, which has locked the writer: a call that is ended from outside may be encoding. Then
    /// nobody else gets the buffer, and it is collected.
    /// </summary>
    public void DisposeUnlessLocked()
    {
        if (Monitor.TryEnter(this))
        {
            Dispose();
            Monitor.Exit(this);
        }
    }

    /// <summary>Makes room and advances; the span is valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Take(int count)
    {
        int start = _length;
        if ((uint)count > (uint)(_buffer.Length - start))
        {
            Grow(count);
        }

        _length = start + count;
        return _buffer.AsSpan(start, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count)
    {
        long needed = (long)_length + count;
        if (needed > Array.MaxLength)
        {
            throw new ValueNotSerializableException($"{CurrentPath()} takes more than {Array.MaxLength} bytes. Send it in parts.");
        }

        byte[] old = _buffer;
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(256, old.Length * 2L))));
        old.AsSpan(0, _length).CopyTo(larger);
        _buffer = larger;
        if (old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }
}
