using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Security;

namespace ProcConcurrency.Values;

// Custom objects, property bags, and the live kinds that PowerShell brings.
internal ref partial struct ValueReader
{
    private const string DeserializedPrefix = "Deserialized.";

    private ObjectShape ReadShape()
    {
        uint reference = ReadVar32();
        List<ObjectShape> shapes = _shapes ??= [];
        if (reference > 0)
        {
            if (reference > shapes.Count)
            {
                Fail($"there is no shape {reference}.");
            }

            return shapes[(int)reference - 1];
        }

        var shape = new ObjectShape(ReadNames(ValueLimits.TypeNames), ReadNames(int.MaxValue)) { Number = shapes.Count };
        shapes.Add(shape);
        return shape;
    }

    private string[] ReadNames(int most)
    {
        // A text with one character takes three bytes.
        int count = ReadCount(3);
        if (count > most)
        {
            Fail("it has too many type names.");
        }

        if (count == 0)
        {
            return [];
        }

        var names = new string[count];
        for (int i = 0; i < count; i++)
        {
            string name = ReadRequiredText();
            if (name.Length == 0)
            {
                Fail("a name is empty.");
            }

            names[i] = name;
        }

        return names;
    }

    private PSObject ReadCustomObject()
    {
        Enter();
        ObjectShape shape = ReadShape();
        PSObject value = PSObjectInternals.Create(Math.Min(shape.Names.Length, Left));
        SetTypeNames(value, shape.TypeNames);
        ReadProperties(value, shape.Names);
        Leave();
        return value;
    }

    private void ReadProperties(PSObject value, string[] names)
    {
        if (names.Length == 0)
        {
            return;
        }

        PSMemberInfoCollection<PSPropertyInfo> properties = value.Properties;
        foreach (string name in names)
        {
            properties.Add(new PSNoteProperty(name, ReadValue()), preValidated: true);
        }
    }

    private static void SetTypeNames(PSObject value, string[] typeNames)
    {
        if (typeNames.Length == 0)
        {
            return;
        }

        var names = value.TypeNames;
        names.Clear();
        foreach (string name in typeNames)
        {
            names.Add(name);
        }
    }

    private PSObject ReadPropertyBag()
    {
        string? text = ReadText();
        PSObject bag = ReadCustomObject();
        PSObjectInternals.SetBagText(bag, text ?? string.Empty);
        return bag;
    }

    private PSObject ReadDeserializedList()
    {
        Enter();
        string? text = ReadText();
        ObjectShape shape = ReadShape();
        var items = new ArrayList();
        var list = new PSObject(items);
        SetTypeNames(list, shape.TypeNames);
        ReadProperties(list, shape.Names);
        int count = ReadCount();
        for (int i = 0; i < count; i++)
        {
            items.Add(ReadValue());
        }

        PSObjectInternals.SetText(list, text ?? string.Empty);
        Leave();
        return list;
    }

    private PSObject? ReadAnnotated()
    {
        Enter();
        ObjectShape shape = ReadShape();
        var notes = new List<object?>();
        foreach (string _ in shape.Names)
        {
            notes.Add(ReadValue());
        }

        object? inner = ReadValue();
        Leave();
        if (inner is null)
        {
            // It could not be made, or the writer cut it, for it contains itself.
            return null;
        }

        PSObject value = PSObject.AsPSObject(inner);
        SetTypeNames(value, shape.TypeNames);
        for (int i = 0; i < notes.Count; i++)
        {
            value.Properties.Add(new PSNoteProperty(shape.Names[i], notes[i]), preValidated: true);
        }

        return value;
    }

    private SecureString? ReadSecret()
    {
        SecretBox? box = _context.Secrets;
        int size = ReadCount();
        ReadOnlySpan<byte> bytes = Take(size);
        if (size < SecretBox.Overhead || (size & 1) != 0)
        {
            Fail("a secret is cut short.");
        }

        if (box is null)
        {
            return (SecureString?)Unreadable(typeof(SecureString), "there is no session key to decrypt it with.");
        }

        return (SecureString?)Make(typeof(SecureString), (box, Bytes: bytes.ToArray()), static it => it.box.Open(it.Bytes));
    }

    private object? ReadCredential()
    {
        string? name = ReadText();
        SecureString? secret = ReadSecret();

        // Only PSCredential.Empty has no name.
        return secret is null || string.IsNullOrEmpty(name) ? PSCredential.Empty
            : Make(typeof(PSCredential), (name, secret), static it => new PSCredential(it.name, it.secret));
    }

    private object? ReadFile(ValueTag tag)
    {
        string path = ReadRequiredText();
        if (Path.IsPathFullyQualified(path))
        {
            return Make(typeof(FileSystemInfo), (path, IsFile: tag == ValueTag.File), static it =>
                it.IsFile ? new FileInfo(it.path) : new DirectoryInfo(it.path));
        }

        // From another operating system: a live object would mean some other file here.
        PSObject bag = PSObjectInternals.Create(1);
        bag.TypeNames.Insert(0, DeserializedPrefix + (tag == ValueTag.File ? typeof(FileInfo) : typeof(DirectoryInfo)).FullName);
        bag.Properties.Add(new PSNoteProperty("FullName", path), preValidated: true);
        PSObjectInternals.SetBagText(bag, path);
        return bag;
    }

    private object? ReadScriptBlock()
    {
        var parts = (IsConstrained: ReadVar32() != 0, Text: ReadRequiredText(), File: ReadText(), Line: ReadVar32(), Column: ReadVar32());
        return Make(typeof(ScriptBlock), parts, static it => ToScriptBlock(it.IsConstrained, it.Text, it.File, it.Line, it.Column));
    }

    private static ScriptBlock ToScriptBlock(bool isConstrained, string text, string? file, uint line, uint column)
    {
        if (isConstrained)
        {
            return BlockLanguage.Constrain(Parser.ParseInput(text, file, out _, out _).GetScriptBlock());
        }

        if (string.IsNullOrEmpty(file) || line is 0 or > ValueLimits.ScriptLines || column > 10_000)
        {
            return ScriptBlock.Create(text);
        }

        if (column == 0)
        {
            return line == 1 ? Parser.ParseInput(text, file, out _, out _).GetScriptBlock() : ScriptBlock.Create(text);
        }

        // Behind as many line breaks and blanks as it had before it, so that its errors name the file's own lines.
        string padded = new string('\n', (int)line - 1) + new string(' ', (int)column - 1) + "{" + text + "}";
        ScriptBlockAst script = Parser.ParseInput(padded, file, out _, out ParseError[] errors);
        return errors.Length == 0
            && script.Find(static ast => ast is ScriptBlockExpressionAst, searchNestedScriptBlocks: false) is ScriptBlockExpressionAst inner
            && inner.ScriptBlock.GetScriptBlock() is { } block && block.ToString() == text
            ? block
            : ScriptBlock.Create(text);
    }
}
