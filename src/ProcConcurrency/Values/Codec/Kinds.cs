using System.Buffers.Binary;
using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Security;
using System.Text.RegularExpressions;
using System.Xml;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Values;

// From a value to the method that knows its kind, and from a tag to the same kind; the frequent kinds first.
internal sealed partial class ValueWriter
{
    private void WriteValue(object? value)
    {
        if (value is null)
        {
            WriteTag(ValueTag.Null);
            return;
        }

        Type type = value.GetType();
        if (type == typeof(PSObject))
        {
            WritePSObject((PSObject)value);
        }
        else if (type == typeof(string))
        {
            WriteString((string)value);
        }
        else if (type == typeof(int))
        {
            WriteInt32((int)value);
        }
        else if (!type.IsValueType && EngineInternals.Objects.MayHaveMore(value))
        {
            WritePSObject(PSObject.AsPSObject(value), value);
        }
        else if (!TryWriteLive(value, type))
        {
            WriteUnknown(value, value as PSObject);
        }
    }

    /// <summary>Writes what comes back as what it was; false, with nothing written, for everything else.</summary>
    private bool TryWriteLive(object value, Type type)
    {
        TypeCode code = Type.GetTypeCode(type);
        if (code != TypeCode.Object)
        {
            if (code == TypeCode.String)
            {
                WriteString((string)value);
            }
            else if (type.IsEnum)
            {
                WriteEnum(value, type);
            }
            else
            {
                WriteScalar(code, value);
            }

            return true;
        }

        switch (value)
        {
            case Array array:
                WriteArray(array);
                return true;
            case Hashtable table:
                WriteDictionary(type == EngineInternals.Types.OrderedHashtable ? ValueTag.OrderedHashtable : ValueTag.Hashtable, table);
                return true;
            case OrderedDictionary ordered:
                WriteDictionary(ValueTag.OrderedDictionary, ordered);
                return true;
            case ArrayList list:
                WriteItems(ValueTag.ArrayList, list);
                return true;
            case List<object> list:
                WriteItems(ValueTag.ObjectList, list);
                return true;
            case TimeSpan span:
                WriteTagged(ValueTag.TimeSpan, span.Ticks);
                return true;
            case Guid guid:
                WriteTag(ValueTag.Guid);
                guid.TryWriteBytes(Take(16));
                return true;
            case DateTimeOffset time:
                WriteTagged(ValueTag.DateTimeOffset, time.Ticks);
                WriteZigzag((long)time.Offset.TotalMinutes);
                return true;
            case BigInteger number:
                WriteBigInteger(number);
                return true;
            case SwitchParameter flag:
                WriteTagged(ValueTag.Switch, flag.IsPresent ? (byte)1 : (byte)0);
                return true;
            case PSObject wrapped:
                // A class derived from PSObject: no more to us than what it wraps.
                WritePSObject(wrapped);
                return true;
            default:
                return TryWriteLiveReference(value);
        }
    }

    private bool TryWriteLiveReference(object value)
    {
        if (IsForKey && TryWriteForKey(value))
        {
            return true;
        }

        switch (value)
        {
            case ProcObject handle:
                WriteHandle(handle);
                return true;
            case Socket socket when CanSendSocket:
                WriteSocket(socket);
                return true;
            case TcpClient client when CanSendSocket:
                WriteTcpClient(client);
                return true;
            case ScriptBlock block:
                WriteScriptBlock(block);
                return true;
            case Version version:
                WriteVersion(version);
                return true;
            case Uri uri:
                WriteUri(uri);
                return true;
            case Regex regex:
                WriteRegex(regex);
                return true;
            case IPAddress address:
                WriteAddress(address);
                return true;
            case FileSystemInfo file when file is FileInfo or DirectoryInfo:
                WriteFile(file);
                return true;
            case SecureString secret:
                WriteTag(ValueTag.SecureString);
                WriteSecret(secret);
                return true;
            case PSCredential credential:
                WriteCredential(credential);
                return true;
            case Type type:
                WriteType(type);
                return true;
            case XmlDocument document when document.DocumentElement is not null || !document.HasChildNodes:
                WriteXml(ValueTag.Xml, document);
                return true;
            case XmlElement element:
                WriteXml(ValueTag.XmlElement, element);
                return true;
            case IDictionary dictionary:
                if (!TryWriteCollection(value, value.GetType()))
                {
                    WriteDictionary(ValueTag.Hashtable, dictionary);
                }

                return true;
            default:
                return TryWriteNames(value) || TryWriteRecord(value) || (value is IList && TryWriteTypedList(value)) || TryWriteFramework(value)
                    || (value is IEnumerable && TryWriteCollection(value, value.GetType()));
        }
    }
}

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
                return ReadOrdered(null);
            case ValueTag.OrderedHashtable:
                return ReadOrdered(EngineInternals.Types.OrderedHashtable);
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
            case ValueTag.NamedNumber:
                return ReadNamedNumber();
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
            case ValueTag.Rectangle:
                return ReadRectangle();
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
                return ReadFile(tag, null);
            case ValueTag.NamedFile:
                return ReadNamedFile();
            case ValueTag.Type:
                return ReadType();
            case ValueTag.Linked:
                return ReadLinked();
            case ValueTag.Link:
                return ReadLink();
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
}
