using System.Globalization;
using System.Management.Automation;

namespace ProcConcurrency.Values;

/// <summary>How one type is taken apart into numbers, flags, texts and bytes, and made of them again.</summary>
internal sealed class FrameworkForm
{
    private readonly Func<object, object[]?> _apart;
    private readonly Func<FrameworkParts, object> _make;

    private FrameworkForm(Type type, Func<object, object[]?> apart, Func<FrameworkParts, object> make)
    {
        Type = type;
        _apart = apart;
        _make = make;
    }

    public Type Type { get; }

    public static FrameworkForm Of<T>(Func<T, object[]?> apart, Func<FrameworkParts, T> make)
        where T : notnull => new(typeof(T), value => apart((T)value), parts => make(parts));

    /// <summary>Of a type that PowerShell converts to a text and back.</summary>
    public static FrameworkForm OfText(Type type) => new(
        type,
        static value => value.ToString() is { } text ? [text] : null,
        parts => LanguagePrimitives.ConvertTo(parts.Text(0), type, CultureInfo.InvariantCulture));

    /// <summary>The parts of a value; null if this one can't be taken apart, and is to travel as what is unknown does.</summary>
    public object[]? Apart(object value)
    {
        try
        {
            return _apart(value);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return null;
        }
    }

    public object Make(object?[] parts) => _make(new FrameworkParts(parts));
}

/// <summary>The parts of a value as they arrived: each has to be what its form expects.</summary>
internal readonly struct FrameworkParts(object?[] parts)
{
    public int Count => parts.Length;

    public int Int32(int at) => At<int>(at);

    public long Int64(int at) => At<long>(at);

    public double Double(int at) => At<double>(at);

    public bool Flag(int at) => At<bool>(at);

    public string Text(int at) => At<string>(at);

    public byte[] Bytes(int at) => At<byte[]>(at);

    private T At<T>(int at) => at < parts.Length && parts[at] is T part ? part : throw new FormatException($"its part {at} is no {typeof(T).Name}.");
}
