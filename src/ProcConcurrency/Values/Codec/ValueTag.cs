namespace ProcConcurrency.Values;

/// <summary>
/// The byte that opens every encoded value. Numbers are part of the wire format: append, never renumber.
/// </summary>
/// <remarks>
/// All fixed-size numbers are little-endian. "varint" is LEB128, "zigzag" a varint of the zigzag-folded number, "text" an
/// encoded string or <see cref="Null"/>, "value" any encoded value, "shape" a reference into the string table of a batch
/// (see <see cref="ObjectShape"/>).
/// </remarks>
internal enum ValueTag : byte
{
    Null = 0x00,
    False = 0x01,
    True = 0x02,
    /// <summary>zigzag; 0 to 127 take the one-byte form <see cref="SmallInt"/>.</summary>
    Int32 = 0x03,
    Int64 = 0x04,
    Byte = 0x05,
    SByte = 0x06,
    Int16 = 0x07,
    UInt16 = 0x08,
    UInt32 = 0x09,
    UInt64 = 0x0A,
    Single = 0x0B,
    Double = 0x0C,
    /// <summary>The four words of <see cref="decimal.GetBits(decimal)"/>.</summary>
    Decimal = 0x0D,
    Char = 0x0E,
    /// <summary>varint length, two's complement bytes.</summary>
    BigInteger = 0x0F,

    /// <summary>One length byte, UTF-8.</summary>
    ShortString = 0x10,
    /// <summary>Four length bytes, UTF-8.</summary>
    LongString = 0x11,
    /// <summary>varint number of UTF-16 units, raw: for strings with lone surrogates, which UTF-8 can't carry.</summary>
    RawString = 0x12,

    /// <summary>varint length, bytes.</summary>
    Bytes = 0x14,
    /// <summary>Element code, varint count, elements as one block.</summary>
    PrimitiveArray = 0x15,
    /// <summary>varint count, texts.</summary>
    StringArray = 0x16,
    /// <summary>varint count, values.</summary>
    ObjectArray = 0x17,
    ArrayList = 0x18,
    ObjectList = 0x19,
    /// <summary>A <see cref="PrimitiveArray"/>, <see cref="StringArray"/> or <see cref="Bytes"/> that becomes a List of its element.</summary>
    TypedList = 0x1A,
    /// <summary>Flags (1: case-sensitive), varint count, key and value pairs.</summary>
    Hashtable = 0x1B,
    OrderedDictionary = 0x1C,
    /// <summary>As <see cref="OrderedDictionary"/>, and what ConvertFrom-Json -AsHashtable gives.</summary>
    OrderedHashtable = 0x1D,

    DateTime = 0x20,
    DateTimeOffset = 0x21,
    TimeSpan = 0x22,
    Guid = 0x23,
    Version = 0x24,
    Uri = 0x25,
    /// <summary>One of .NET or PowerShell: text of the type name, then the number as an integer value.</summary>
    Enum = 0x26,
    Regex = 0x27,
    IPAddress = 0x28,
    Switch = 0x29,
    /// <summary>1 if the document keeps whitespace, then its text.</summary>
    Xml = 0x2A,
    DBNull = 0x2B,
    /// <summary>text; as <see cref="Xml"/>, and its root is the value.</summary>
    XmlElement = 0x2C,
    /// <summary>Number of its <see cref="FrameworkForms"/>, varint count, its parts: numbers, texts, bytes.</summary>
    Framework = 0x2D,
    /// <summary>Number of the collection and of each of its element types (<see cref="CollectionForms"/>), byte of its <see cref="TextOrder"/>, varint count, elements or pairs.</summary>
    Collection = 0x2E,
    /// <summary>Byte of its rank (2 to 32), the varint length of each dimension, the elements as a plain array's value, the last index changing fastest.</summary>
    Rectangle = 0x2F,

    /// <summary>shape, then one value for each of its names.</summary>
    CustomObject = 0x30,
    /// <summary>text of ToString, then as <see cref="CustomObject"/>; its type names begin with <c>Deserialized.</c></summary>
    PropertyBag = 0x31,
    /// <summary>As <see cref="PropertyBag"/>, then varint count and the elements.</summary>
    DeserializedList = 0x32,
    /// <summary>shape and its values, then the value that carries these note properties and type names.</summary>
    Annotated = 0x33,
    ScriptBlock = 0x34,
    SecureString = 0x35,
    Credential = 0x36,
    File = 0x37,
    Directory = 0x38,
    /// <summary>Byte of the handle's kind, zigzag of its id, text of its name, text of its hub's address. Then the secret key; where the address is empty, 8 bytes that tell its session.</summary>
    Handle = 0x39,
    /// <summary>Byte of its <see cref="SocketForm"/>, 8 bytes that tell its session, zigzag of its number in the hub.</summary>
    Socket = 0x3A,
    /// <summary>As <see cref="Enum"/> with its text before the number: any other, which only the writer is known to have.</summary>
    NamedNumber = 0x3B,
    /// <summary>Texts: as PowerShell writes it, its name, its full name. Then <see cref="Null"/> if it is not known everywhere, else text of the full name, without arguments, and byte of how many types it is made of, each as from here on.</summary>
    Type = 0x3C,
    /// <summary>text of the path that was given, then a <see cref="File"/> or <see cref="Directory"/>.</summary>
    NamedFile = 0x3D,
    /// <summary>value, in which each container has a number, by the order in which they begin, and may be a <see cref="Link"/> where it is reached again.</summary>
    Linked = 0x3E,
    /// <summary>varint number of a container in a <see cref="Linked"/>.</summary>
    Link = 0x3F,

    ErrorRecord = 0x40,
    InformationRecord = 0x41,
    HostMessage = 0x42,
    WarningRecord = 0x43,
    VerboseRecord = 0x44,
    DebugRecord = 0x45,
    ProgressRecord = 0x46,

    /// <summary>0x80 to 0xFF: the Int32 values 0 to 127 in the tag itself.</summary>
    SmallInt = 0x80,
}
