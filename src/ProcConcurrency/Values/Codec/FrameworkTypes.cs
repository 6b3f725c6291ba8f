using System.Management.Automation;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml;

namespace ProcConcurrency.Values;

// Small types of the base library: some have a tag, the others a place in the table of FrameworkForms.
internal sealed partial class ValueWriter
{
    private void WriteVersion(Version version)
    {
        WriteTag(ValueTag.Version);
        WriteZigzag(version.Major);
        WriteZigzag(version.Minor);
        WriteZigzag(version.Build);
        WriteZigzag(version.Revision);
    }

    private void WriteUri(Uri uri)
    {
        WriteTagged(ValueTag.Uri, uri.IsAbsoluteUri ? (byte)1 : (byte)0);
        WriteString(uri.OriginalString);
    }

    private void WriteRegex(Regex regex)
    {
        WriteTagged(ValueTag.Regex, regex.MatchTimeout.Ticks);
        WriteVar((uint)regex.Options);
        WriteString(regex.ToString());
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

    private void WriteXml(ValueTag tag, XmlNode node)
    {
        WriteTagged(tag, (node as XmlDocument ?? node.OwnerDocument)?.PreserveWhitespace == true ? (byte)1 : (byte)0);
        WriteString(node.OuterXml);
    }

    private void WriteFile(FileSystemInfo file)
    {
        // Its text is the path that it was made of, which need not be the whole one.
        if (file.ToString() is var text && text != file.FullName)
        {
            WriteTag(ValueTag.NamedFile);
            WriteString(text);
        }

        WriteTag(file is FileInfo ? ValueTag.File : ValueTag.Directory);
        WriteString(file.FullName);
    }

    private bool TryWriteFramework(object value)
    {
        if (FrameworkForms.Find(value, out byte number) is not { } form || form.Apart(value) is not { } parts)
        {
            return false;
        }

        WriteTagged(ValueTag.Framework, number);
        WriteVar((uint)parts.Length);
        foreach (object part in parts)
        {
            if (part is byte[] bytes)
            {
                WriteBytes(bytes);
            }
            else
            {
                TryWriteLive(part, part.GetType());
            }
        }

        return true;
    }
}

internal ref partial struct ValueReader
{
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
        bool keepsWhitespace = ReadByte() != 0;
        var parts = (Text: ReadRequiredText(), keepsWhitespace);
        return tag == ValueTag.Xml
            ? Make(typeof(XmlDocument), parts, static it => SafeXml.ToDocument(it.Text, it.keepsWhitespace))
            : Make(typeof(XmlElement), parts, static it => SafeXml.ToDocument(it.Text, it.keepsWhitespace).DocumentElement ?? throw new XmlException("There is no element."));
    }

    private object? ReadNamedFile()
    {
        string text = ReadRequiredText();
        var tag = (ValueTag)ReadByte();
        if (tag is not (ValueTag.File or ValueTag.Directory))
        {
            _position--;
            Fail("a file or a folder was expected.");
        }

        return ReadFile(tag, text);
    }

    /// <summary>A file or folder; <paramref name="text"/> is the path that it was made of, null for the whole one.</summary>
    private object? ReadFile(ValueTag tag, string? text)
    {
        string path = ReadRequiredText();
        if (Path.IsPathFullyQualified(path))
        {
            return Make(typeof(FileSystemInfo), (path, text, IsFile: tag == ValueTag.File), static it =>
            {
                FileSystemInfo file = it.IsFile ? new FileInfo(it.path) : new DirectoryInfo(it.path);
                GivenPath(file) = it.text ?? it.path;
                return file;
            });
        }

        // From another operating system: a live object would mean some other file here.
        PSObject bag = EngineInternals.Objects.Create(1);
        bag.TypeNames.Insert(0, DeserializedName.Of((tag == ValueTag.File ? typeof(FileInfo) : typeof(DirectoryInfo)).FullName!));
        bag.Properties.Add(new PSNoteProperty("FullName", path), preValidated: true);
        BagText.Set(bag, text ?? path);
        return bag;
    }

    // What ToString tells, and nothing else. It is documented, but for derived classes alone, of which there can't be any.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "OriginalPath")]
    private static extern ref string GivenPath(FileSystemInfo file);

    private const int MostParts = 128;

    private object? ReadFramework()
    {
        FrameworkForm? form = FrameworkForms.At(ReadByte());
        int count = ReadCount();
        if (form is null || count > MostParts)
        {
            Fail(form is null ? "there is no such form." : "a form has too many parts.");
        }

        object?[] parts = new object?[count];
        for (int i = 0; i < count; i++)
        {
            parts[i] = ReadPart();
        }

        return Make(form!.Type, (form, parts), static it => it.form!.Make(it.parts));
    }

    // Nothing that holds values itself: a form, a record or an enum within such would be a level that nobody counts.
    private object? ReadPart()
    {
        byte tag = _position < _data.Length ? _data[_position] : (byte)ValueTag.Null;
        if (tag > (byte)ValueTag.Bytes && tag < (byte)ValueTag.SmallInt)
        {
            Fail("a number, a text or bytes were expected.");
        }

        return ReadValue();
    }
}
