namespace ProcConcurrency.Runtime.Shared;

/// <summary>What an array's elements can be: .NET's type codes, which are bytes on the wire.</summary>
internal static class ArrayElements
{
    /// <summary>Bytes an element; 0 for what can't be one.</summary>
    internal static int Size(TypeCode element) => element switch
    {
        TypeCode.Byte => 1,
        TypeCode.Int16 => 2,
        TypeCode.Int32 or TypeCode.Single => 4,
        TypeCode.Int64 or TypeCode.Double => 8,
        _ => 0,
    };

    /// <summary>The code of a .NET type.</summary>
    /// <exception cref="ArgumentException">An array can't have such elements.</exception>
    internal static TypeCode Of(Type type) => type is { IsEnum: false } && Size(Type.GetTypeCode(type)) > 0
        ? Type.GetTypeCode(type)
        : throw new ArgumentException($"An array's elements are of byte, int16, int, long, single or double; '{type}' is none of these.");

    internal static Type TypeOf(TypeCode element) => element switch
    {
        TypeCode.Byte => typeof(byte),
        TypeCode.Int16 => typeof(short),
        TypeCode.Int32 => typeof(int),
        TypeCode.Int64 => typeof(long),
        TypeCode.Single => typeof(float),
        _ => typeof(double),
    };
}
