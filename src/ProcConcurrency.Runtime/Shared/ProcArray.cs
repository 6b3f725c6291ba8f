using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>
/// An array of numbers in memory that all processes of the session on this machine share, as Python's <c>Array</c>. Reading
/// or writing an element is a memory access. Elements of up to 64 bits are never seen half written; more than one access is
/// no single step, for which there are <see cref="Increment(int, object)"/> and <see cref="CompareExchange"/>, or a lock.
/// </summary>
/// <remarks>
/// Thread-safe. For methods a negative index counts from the end; for the indexer PowerShell does that itself. A method that
/// uses an address in the memory keeps this handle alive until it is done (<see cref="GC.KeepAlive"/>): with the handle the memory goes.
/// </remarks>
public sealed unsafe class ProcArray : ProcObject, IEnumerable
{
    // Text is read as PowerShell's own conversions read it, whatever the culture.
    private static readonly CultureInfo s_plain = CultureInfo.InvariantCulture;

    private ArrayMemory? _memory;

    internal ProcArray(ProcObjectOrigin origin)
        : base(origin)
    {
    }

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Array;

    /// <summary>How many elements it has.</summary>
    public int Length => Memory.Length;

    /// <summary>How many elements it has.</summary>
    public int Count => Length;

    /// <summary>Their .NET type.</summary>
    public Type ElementType => ArrayElements.TypeOf(Element);

    /// <summary>An element.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    /// <exception cref="OverflowException">The number is too large for an element.</exception>
    public object this[int index]
    {
        get
        {
            var place = Place(NotNegative(index));
            var element = Element switch
            {
                TypeCode.Byte => Volatile.Read(ref *place),
                TypeCode.Int16 => Volatile.Read(ref *(short*)place),
                TypeCode.Int32 => Volatile.Read(ref *(int*)place),
                TypeCode.Int64 => Volatile.Read(ref *(long*)place),
                TypeCode.Single => Volatile.Read(ref *(float*)place),
                _ => (object)Volatile.Read(ref *(double*)place),
            };
            GC.KeepAlive(this);
            return element;
        }

        set
        {
            var place = Place(NotNegative(index));
            switch (Element)
            {
                case TypeCode.Byte:
                    Volatile.Write(ref *place, Convert.ToByte(value, s_plain));
                    break;
                case TypeCode.Int16:
                    Volatile.Write(ref *(short*)place, Convert.ToInt16(value, s_plain));
                    break;
                case TypeCode.Int32:
                    Volatile.Write(ref *(int*)place, Convert.ToInt32(value, s_plain));
                    break;
                case TypeCode.Int64:
                    Volatile.Write(ref *(long*)place, Convert.ToInt64(value, s_plain));
                    break;
                case TypeCode.Single:
                    Volatile.Write(ref *(float*)place, Convert.ToSingle(value, s_plain));
                    break;
                default:
                    Volatile.Write(ref *(double*)place, Convert.ToDouble(value, s_plain));
                    break;
            }

            GC.KeepAlive(this);
        }
    }

    /// <summary>Makes an array, all zeros, or opens the one with a name.</summary>
    /// <param name="port">The hub; on this machine.</param>
    /// <param name="element">byte, int16, int, long, single or double.</param>
    /// <param name="length">How many, 1 or more; where the name exists, that array stays as it is.</param>
    /// <param name="name">The name, or null.</param>
    public static ProcArray Create(HubPort port, Type element, int length, string? name = null) => new(ProcObjectOrigin.Create(
        port, ProcObjectOrigin.Request(port, HubObjectKind.Array, name).Byte((byte)ArrayElements.Of(element)).Int64(length), name));

    /// <summary>Adds 1 to an element, in one step.</summary>
    /// <returns>The sum.</returns>
    public object Increment(int index) => Increment(index, 1);

    /// <summary>Adds to an element, in one step. Integers wrap around where the sum doesn't fit, as .NET's Interlocked has it.</summary>
    /// <param name="index">From 0, or from -1 backwards.</param>
    /// <param name="delta">What to add; negative to subtract.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="NotSupportedException">The elements are bytes or Int16.</exception>
    public object Increment(int index, object delta)
    {
        switch (Element)
        {
            case TypeCode.Int32:
                var sum32 = Interlocked.Add(ref *(int*)Place(index), Convert.ToInt32(delta, s_plain));
                GC.KeepAlive(this);
                return sum32;
            case TypeCode.Int64:
                var sum64 = Interlocked.Add(ref *(long*)Place(index), Convert.ToInt64(delta, s_plain));
                GC.KeepAlive(this);
                return sum64;
            case TypeCode.Single:
            case TypeCode.Double:
                while (true)
                {
                    var old = this[index < 0 ? Length + index : index];
                    var sum = Element == TypeCode.Single
                        ? Convert.ToSingle(old, s_plain) + Convert.ToSingle(delta, s_plain)
                        : (object)(Convert.ToDouble(old, s_plain) + Convert.ToDouble(delta, s_plain));
                    if (CompareExchange(index, sum, old).Equals(old))
                    {
                        return sum;
                    }
                }

            default:
                throw OnlyWide();
        }
    }

    /// <summary>Sets an element if it is what the caller takes it for, in one step.</summary>
    /// <param name="index">From 0, or from -1 backwards.</param>
    /// <param name="value">The new number.</param>
    /// <param name="comparand">What it must be now.</param>
    /// <returns>What it was: the comparand, where the exchange was made.</returns>
    /// <exception cref="NotSupportedException">The elements are bytes or Int16.</exception>
    public object CompareExchange(int index, object value, object comparand)
    {
        var place = Place(index);
        var old = Element switch
        {
            TypeCode.Int32 => Interlocked.CompareExchange(ref *(int*)place, Convert.ToInt32(value, s_plain), Convert.ToInt32(comparand, s_plain)),
            TypeCode.Int64 => Interlocked.CompareExchange(ref *(long*)place, Convert.ToInt64(value, s_plain), Convert.ToInt64(comparand, s_plain)),
            TypeCode.Single => Exchange(ref *(float*)place, Convert.ToSingle(value, s_plain), Convert.ToSingle(comparand, s_plain)),
            TypeCode.Double => (object)Exchange(ref *(double*)place, Convert.ToDouble(value, s_plain), Convert.ToDouble(comparand, s_plain)),
            _ => throw OnlyWide(),
        };
        GC.KeepAlive(this);
        return old;
    }

    /// <summary>A copy of all elements: an ordinary array of <see cref="ElementType"/>.</summary>
    public Array ToArray()
    {
        var copy = Array.CreateInstance(ElementType, Length);
        fixed (byte* target = &Unsafe.As<byte[]>(copy)[0])
        {
            Buffer.MemoryCopy(Memory.Start, target, Size, Size);
        }

        GC.KeepAlive(this);
        return copy;
    }

    /// <summary>Copies numbers in, from an element on.</summary>
    /// <param name="values">Numbers.</param>
    /// <param name="index">Where the first goes, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are more than fit; where their count is known beforehand, none was copied.</exception>
    public void CopyFrom(IEnumerable values, int index = 0)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values is ICollection { Count: var count } && count > Length - index)
        {
            throw new ArgumentOutOfRangeException(nameof(values), count, $"The array has {Length} elements.");
        }

        foreach (var value in values)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            this[index++] = HubEnvironment.Codec.Unwrap(value) ?? 0;
        }
    }

    /// <inheritdoc/>
    public IEnumerator GetEnumerator() => ToArray().GetEnumerator();

    // .NET compares bits: 0 and -0 are equal, and differ in these.
    private static float Exchange(ref float place, float value, float comparand) =>
        Exchange(ref place, value, comparand, Interlocked.CompareExchange, BitConverter.SingleToInt32Bits);

    private static double Exchange(ref double place, double value, double comparand) =>
        Exchange(ref place, value, comparand, Interlocked.CompareExchange, BitConverter.DoubleToInt64Bits);

    private static T Exchange<T, TBits>(ref T place, T value, T comparand, Swap<T> swap, Func<T, TBits> bits)
        where T : IEquatable<T>
        where TBits : IEquatable<TBits>
    {
        while (true)
        {
            var old = swap(ref place, value, comparand);
            if (!old.Equals(comparand) || bits(old).Equals(bits(comparand)))
            {
                return old;
            }

            comparand = old;
        }
    }

    private delegate T Swap<T>(ref T place, T value, T comparand);

    private TypeCode Element => Memory.Element;

    private long Size => (long)Length * ArrayElements.Size(Element);

    // Mapped when it is first used: a handle that only passes through needs no memory.
    private ArrayMemory Memory => LazyInitializer.EnsureInitialized(ref _memory, Map);

    private ArrayMemory Map() => Port == Session.Current.Hub && Session.Current.IsHubElsewhere
        ? throw new ObjectGoneException("The array's memory is on the session's machine, and this process on another. Use a queue, a dictionary or a list.")
        : new ArrayMemory(Call(Request(HubOperation.Take)).Read());

    private byte* Place(int index)
    {
        var memory = Memory;
        var place = index < 0 ? memory.Length + index : index;
        return place >= 0 && place < memory.Length
            ? memory.Start + ((long)place * ArrayElements.Size(memory.Element))
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"The array has {memory.Length} elements.");
    }

    // PowerShell itself counts a negative index from the end before it comes here: what is still negative is too far.
    private static int NotNegative(int index) => index >= 0
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), "The index is before the first element.");

    private NotSupportedException OnlyWide() =>
        new($"The elements are of {ElementType}; single steps that read and write are for int, long, single and double.");
}
