using System.Buffers.Binary;
using System.Management.Automation;
using System.Numerics;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml;

namespace ProcConcurrency.Values;

// From a tag to its value.
internal ref partial struct ValueReader
{
    private object? ReadValue()
    {
        byte tag = ReadByte();
        if (tag >= (byte)ValueTag.SmallInt)
        {
            return tag - (int)ValueTag.SmallInt;
        }

        switch ((ValueTag)tag)
        {
            case ValueTag.Null:
                return null;
            case ValueTag.ShortString:
                return ReadUtf8(ReadByte());
            case ValueTag.Int32:
                return ReadZigzag32();
            case ValueTag.CustomObject:
                return ReadCustomObject();
            case ValueTag.False:
                return false;
            case ValueTag.True:
                return true;
            case ValueTag.Int64:
                return ReadZigzag();
            case ValueTag.Double:
                return BitConverter.Int64BitsToDouble(ReadFixed64());
            case ValueTag.LongString:
                return ReadUtf8(BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
            case ValueTag.RawString:
                return ReadRawString();
            case ValueTag.Bytes:
                return Take(ReadCount()).ToArray();
            case ValueTag.PrimitiveArray:
                return ReadPrimitiveArray();
            case ValueTag.StringArray:
                return ReadStringArray();
            case ValueTag.ObjectArray:
                return ReadObjectArray();
            case ValueTag.ArrayList:
                return ReadArrayList();
            case ValueTag.ObjectList:
                return ReadObjectList();
            case ValueTag.TypedList:
                return ReadTypedList();
            case ValueTag.Hashtable:
                return ReadHashtable();
            case ValueTag.OrderedDictionary:
                return ReadOrdered();
            default:
                return ReadScalar((ValueTag)tag);
        }
    }

    private object? ReadScalar(ValueTag tag)
    {
        switch (tag)
        {
            case ValueTag.Byte:
                return ReadByte();
            case ValueTag.SByte:
                return (sbyte)ReadByte();
            case ValueTag.Int16:
                return (short)ReadFixed16();
            case ValueTag.UInt16:
                return ReadFixed16();
            case ValueTag.UInt32:
                return ReadVar32();
            case ValueTag.UInt64:
                return ReadVar();
            case ValueTag.Single:
                return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
            case ValueTag.Decimal:
                return ReadDecimal();
            case ValueTag.Char:
                return (char)ReadFixed16();
            case ValueTag.BigInteger:
                return new BigInteger(Take(ReadCount()));
            case ValueTag.DateTime:
                return DateTime.FromBinary(ReadFixed64());
            case ValueTag.DateTimeOffset:
                return new DateTimeOffset(ReadFixed64(), TimeSpan.FromMinutes(ReadZigzag32()));
            case ValueTag.TimeSpan:
                return new TimeSpan(ReadFixed64());
            case ValueTag.Guid:
                return new Guid(Take(16));
            case ValueTag.Version:
                return ReadVersion();
            case ValueTag.Enum:
                return ReadEnum();
            case ValueTag.Switch:
                return new SwitchParameter(ReadByte() != 0);
            case ValueTag.DBNull:
                return DBNull.Value;
            default:
                return ReadReference(tag);
        }
    }

    private object? ReadReference(ValueTag tag)
    {
        switch (tag)
        {
            case ValueTag.Uri:
                return ReadUri();
            case ValueTag.Regex:
                return ReadRegex();
            case ValueTag.IPAddress:
                return ReadAddress();
            case ValueTag.Xml:
            case ValueTag.XmlElement:
                return ReadXml(tag);
            case ValueTag.Framework:
                return ReadFramework();
            case ValueTag.Collection:
                return ReadCollection();
            case ValueTag.PropertyBag:
                return ReadPropertyBag();
            case ValueTag.DeserializedList:
                return ReadDeserializedList();
            case ValueTag.Annotated:
                return ReadAnnotated();
            case ValueTag.ScriptBlock:
                return ReadScriptBlock();
            case ValueTag.SecureString:
                return ReadSecret();
            case ValueTag.Credential:
                return ReadCredential();
            case ValueTag.File:
            case ValueTag.Directory:
                return ReadFile(tag);
            case ValueTag.Handle:
                return ReadHandle();
            case ValueTag.Socket:
                return ReadSocket();
            case >= ValueTag.ErrorRecord and <= ValueTag.ProgressRecord:
                return ReadRecord(tag);
            default:
                _position--;
                Fail($"there is no kind {(byte)tag:X2}.");
                return null;
        }
    }

    private object? ReadVersion()
    {
        var parts = (Major: ReadZigzag32(), Minor: ReadZigzag32(), Build: ReadZigzag32(), Revision: ReadZigzag32());
        return Make(typeof(Version), parts, static it =>
            it.Build < 0 ? new Version(it.Major, it.Minor)
            : it.Revision < 0 ? new Version(it.Major, it.Minor, it.Build)
            : new Version(it.Major, it.Minor, it.Build, it.Revision));
    }

    private object? ReadUri()
    {
        UriKind kind = ReadByte() != 0 ? UriKind.Absolute : UriKind.Relative;
        return Make(typeof(Uri), (Text: ReadRequiredText(), Kind: kind), static it => new Uri(it.Text, it.Kind));
    }

    private object? ReadRegex()
    {
        var timeout = new TimeSpan(ReadFixed64());
        var options = (RegexOptions)ReadVar32();
        return Make(typeof(Regex), (Pattern: ReadRequiredText(), options, timeout), static it => new Regex(it.Pattern, it.options, it.timeout));
    }

    private object? ReadAddress()
    {
        int size = ReadByte();
        if (size is not (4 or 16))
        {
            Fail("an IP address has 4 or 16 bytes.");
        }

        byte[] bytes = Take(size).ToArray();
        return Make(typeof(IPAddress), (bytes, Scope: size == 4 ? 0 : (long)ReadVar()), static it =>
            it.bytes.Length == 4 ? new IPAddress(it.bytes) : new IPAddress(it.bytes, it.Scope));
    }

    private object? ReadXml(ValueTag tag)
    {
        string text = ReadRequiredText();
        return tag == ValueTag.Xml
            ? Make(typeof(XmlDocument), text, SafeXml.ToDocument)
            : Make(typeof(XmlElement), text, static it => SafeXml.ToDocument(it).DocumentElement ?? throw new XmlException("There is no element."));
    }

    /// <summary>The enum if its type is the framework's, or one that a script here has defined; else the number.</summary>
    private object? ReadEnum()
    {
        string name = ReadRequiredText();
        int at = _position;
        object? number = ReadValue();
        if (number is null || !number.GetType().IsPrimitive || number is double or float or char or bool)
        {
            _position = at;
            Fail("an enum is a whole number.");
        }

        return (ScriptEnums.Find(name) ?? FrameworkEnums.Find(name)) is { } type && Enum.GetUnderlyingType(type) == number!.GetType() ? Enum.ToObject(type, number) : number;
    }
}
