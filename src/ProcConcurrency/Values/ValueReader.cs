using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Values;

/// <summary>Decodes the values of one batch, in order, from bytes that nobody vouches for.</summary>
/// <remarks>
/// Lives on the stack and reads in place. Allocations follow what was read, never what a length claims; nesting is bounded;
/// a name from the bytes finds the types of .NET and PowerShell and the enums of scripts, and loads nothing else.
/// </remarks>
internal ref partial struct ValueReader
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly ValueContext _context;
    private List<ObjectShape>? _shapes;
    private HashSet<string>? _unknownTypes;
    private HashSet<string>? _unknownEnums;

    // What each container of a value with links has become; null as long as that is not known.
    private List<object?>? _links;
    private int _position;
    private int _depth;

    // What of the value at hand could not be made.
    private ValueNotReadableException? _unreadable;

    public ValueReader(ReadOnlySpan<byte> data, ValueContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _data = data;
        _context = context;
    }

    public readonly bool AtEnd => _position == _data.Length;

    public readonly int Position => _position;

    private readonly int Left => _data.Length - _position;

    /// <summary>Reads the next value.</summary>
    /// <exception cref="ValueNotReadableException">It, or something in it, can't be made here; the next value can still be read.</exception>
    /// <exception cref="ValueFormatException">The bytes are not an encoded value; nothing more can be read.</exception>
    public object? Read()
    {
        object? value;
        try
        {
            _unreadable = null;
            value = ReadValue();
        }
        catch (Exception failure) when (failure is not (ValueFormatException or OutOfMemoryException))
        {
            // What a constructor of the base library or of PowerShell thinks of a value that is well-formed to us.
            throw new ValueFormatException(_position, failure.Message, failure);
        }

        return _unreadable is null ? value : throw _unreadable;
    }

    /// <summary>Reads the next value, which an error calls by this name.</summary>
    public object? Read(string name)
    {
        try
        {
            return Read();
        }
        catch (ValueNotReadableException error)
        {
            throw new ValueNotReadableException($"{name}: {error.Message}", error);
        }
    }

    /// <summary>
    /// Makes a value of its parts, which were read. Where that fails the bytes are read on to the value's end, and only then
    /// <see cref="Read()"/> throws: so what follows in the bytes is not lost.
    /// </summary>
    private object? Make<T>(Type type, T parts, Func<T, object?> make)
    {
        try
        {
            return make(parts);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return Unreadable(type, failure.Message, failure);
        }
    }

    private object? Unreadable(Type type, string reason, Exception? cause = null)
    {
        _unreadable ??= new ValueNotReadableException(type.FullName ?? type.Name, reason, cause);
        return null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Left)
        {
            Fail($"{count} bytes expected, {Left} left.");
        }

        ReadOnlySpan<byte> taken = _data.Slice(_position, count);
        _position += count;
        return taken;
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Fail(string reason) => throw new ValueFormatException(_position, reason);
}
