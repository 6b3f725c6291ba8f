namespace ProcConcurrency.Values;

/// <summary>What a <see cref="ValueTag.PrimitiveArray"/> holds. Wire format: append, never renumber.</summary>
internal enum ElementCode : byte
{
    Boolean = 1,
    SByte = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Int64 = 7,
    UInt64 = 8,
    Single = 9,
    Double = 10,
    Char = 11,
    Guid = 12,
    TimeSpan = 13,
    DateTime = 14,
    Decimal = 15,
}
