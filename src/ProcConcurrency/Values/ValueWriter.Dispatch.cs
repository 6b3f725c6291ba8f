using ProcConcurrency.Runtime.Hub;
using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Security;
using System.Text.RegularExpressions;
using System.Xml;

namespace ProcConcurrency.Values;

// From a value to the method that knows its kind, the frequent kinds first.
internal sealed partial class ValueWriter
{
    // Of PSCredential.Empty, which has none.
    private static readonly SecureString s_noSecret = new();

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
                WriteDictionary(ValueTag.Hashtable, table);
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
                WriteTag(ValueTag.Version);
                WriteZigzag(version.Major);
                WriteZigzag(version.Minor);
                WriteZigzag(version.Build);
                WriteZigzag(version.Revision);
                return true;
            case Uri uri:
                WriteTagged(ValueTag.Uri, uri.IsAbsoluteUri ? (byte)1 : (byte)0);
                WriteString(uri.OriginalString);
                return true;
            case Regex regex:
                WriteTagged(ValueTag.Regex, regex.MatchTimeout.Ticks);
                WriteVar((uint)regex.Options);
                WriteString(regex.ToString());
                return true;
            case IPAddress address:
                WriteAddress(address);
                return true;
            case FileSystemInfo file when file is FileInfo or DirectoryInfo:
                WriteTag(file is FileInfo ? ValueTag.File : ValueTag.Directory);
                WriteString(file.FullName);
                return true;
            case SecureString secret:
                WriteTag(ValueTag.SecureString);
                WriteSecret(secret);
                return true;
            case PSCredential credential:
                WriteTag(ValueTag.Credential);
                WriteText(credential.UserName);
                WriteSecret(credential.Password ?? s_noSecret);
                return true;
            case Type type:
                WriteString(type.FullName ?? type.Name);
                return true;
            case XmlDocument document when document.DocumentElement is not null || !document.HasChildNodes:
                WriteTag(ValueTag.Xml);
                WriteString(document.OuterXml);
                return true;
            case XmlElement element:
                WriteTag(ValueTag.XmlElement);
                WriteString(element.OuterXml);
                return true;
            case IDictionary dictionary:
                if (!TryWriteCollection(value, value.GetType()))
                {
                    WriteDictionary(ValueTag.Hashtable, dictionary);
                }

                return true;
            default:
                return TryWriteRecord(value) || (value is IList && TryWriteTypedList(value)) || TryWriteFramework(value)
                    || (value is IEnumerable && TryWriteCollection(value, value.GetType()));
        }
    }

    private void WriteAddress(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int count);
        WriteTagged(ValueTag.IPAddress, (byte)count);
        WriteRaw(bytes[..count]);
        if (count == 16)
        {
            WriteVar((ulong)address.ScopeId);
        }
    }

    private void WriteSecret(SecureString secret)
    {
        SecretBox box = _context.Secrets
            ?? throw Refuse(secret, "a secret, and there is no session key to encrypt it with.");
        int size = SecretBox.Overhead + (secret.Length * sizeof(char));
        WriteVar((uint)size);
        Span<byte> to = Take(size);
        to.Clear();
        box.Seal(secret, to);
    }

    private void WriteScriptBlock(ScriptBlock block)
    {
        WriteTag(ValueTag.ScriptBlock);
        WriteVar(BlockLanguage.IsConstrained(block) ? 1u : 0);
        WriteString(block.ToString());
        WriteText(block.File);
        WriteVar((uint)(block.Ast?.Extent?.StartLineNumber ?? 0));

        // 0: a whole script, which no brace opens.
        WriteVar(block.Ast?.Parent is null ? 0 : (uint)block.Ast.Extent.StartColumnNumber);
    }
}
