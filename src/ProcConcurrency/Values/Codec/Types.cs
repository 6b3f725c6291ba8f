using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;

namespace ProcConcurrency.Values;

// Types: those of .NET and PowerShell, and what is made of these, are there everywhere; of any other it is told how it is called.
internal sealed partial class ValueWriter
{
    private void WriteType(Type type)
    {
        string text = NameOf(type);
        int count = 0;
        bool isKnown = TypeParts.AreKnown(type, ref count);
        if (!isKnown && _bagDepth > 0)
        {
            // As all that is unknown within another object.
            WriteString(text);
            return;
        }

        WriteTag(ValueTag.Type);
        WriteString(text);
        WriteString(type.Name);
        WriteText(type.FullName);
        if (isKnown)
        {
            WriteTypeParts(type);
        }
        else
        {
            WriteTag(ValueTag.Null);
        }
    }

    // PowerShell's name of it. One that no assembly has, or a pointer to a function, may have none.
    private static string NameOf(Type type)
    {
        try
        {
            return LanguagePrimitives.ConvertTo(type, typeof(string), CultureInfo.InvariantCulture) as string ?? type.ToString();
        }
        catch (Exception failure) when (failure is PSInvalidCastException or NotSupportedException or InvalidOperationException or NullReferenceException)
        {
            return type.Name;
        }
    }

    private void WriteTypeParts(Type type)
    {
        Type[] parts = TypeParts.Of(type, out Type open);
        WriteString(open.FullName!);
        Take(1)[0] = (byte)parts.Length;
        foreach (Type part in parts)
        {
            WriteTypeParts(part);
        }
    }
}

internal ref partial struct ValueReader
{
    private const string NameOfType = "Deserialized.System.RuntimeType";
    private static readonly string[] s_namesOfType = [NameOfType, "Deserialized.System.Type", "Deserialized.System.Object"];

    private object ReadType()
    {
        string text = ReadRequiredText();
        string name = ReadRequiredText();
        string? fullName = ReadText();
        int count = 0;
        if (ReadTypeParts(ref count) is { } type)
        {
            return type;
        }

        PSObject bag = EngineInternals.Objects.Create(2);
        SetTypeNames(bag, s_namesOfType);
        bag.Properties.Add(new PSNoteProperty(nameof(Type.Name), name), preValidated: true);
        bag.Properties.Add(new PSNoteProperty(nameof(Type.FullName), fullName), preValidated: true);
        BagText.Set(bag, text);
        return bag;
    }

    private Type? ReadTypeParts(ref int count)
    {
        if (++count > ValueLimits.TypeParts)
        {
            Fail("a type is made of too many others.");
        }

        if (ReadText() is not { } name)
        {
            return null;
        }

        Type? open = Find(name, FrameworkEnums.FindType, ref _unknownTypes);
        var parts = new Type[ReadByte()];
        for (int i = 0; i < parts.Length; i++)
        {
            if (ReadTypeParts(ref count) is { } part)
            {
                parts[i] = part;
            }
            else
            {
                open = null;
            }
        }

        return open is null || parts.Length == 0 ? open : TypeParts.Make(open, parts);
    }
}

/// <summary>A type that is made of others: a generic one of its arguments, an array, as a generic <see cref="Array"/>, of its element.</summary>
internal static class TypeParts
{
    // What was made, or could not be: whoever makes up ever new ones gets no more than so many.
    private static readonly ConcurrentDictionary<string, Type?> s_made = new(StringComparer.Ordinal);

    /// <summary>The types that one is made of; <paramref name="open"/> is what is made of them.</summary>
    public static Type[] Of(Type type, out Type open)
    {
        open = type.IsSZArray ? typeof(Array) : type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;
        return type.IsSZArray ? [type.GetElementType()!] : type.GenericTypeArguments;
    }

    /// <summary>Whether any process of this module has it and all of its parts, which are not too many.</summary>
    public static bool AreKnown(Type type, ref int count)
    {
        if (type.Assembly.IsDynamic || type.IsFunctionPointer)
        {
            return false;
        }

        Type[] parts = Of(type, out Type open);
        if (++count > ValueLimits.TypeParts || !FrameworkEnums.IsKnownEverywhere(open))
        {
            return false;
        }

        foreach (Type part in parts)
        {
            if (!AreKnown(part, ref count))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes it again; null where the parts don't go together, or this process has made too many.</summary>
    public static Type? Make(Type open, Type[] parts)
    {
        string key = $"{open}:{string.Join<Type>(',', parts)}";
        if (s_made.TryGetValue(key, out Type? made) || s_made.Count >= ValueLimits.MadeTypes)
        {
            return made;
        }

        try
        {
            made = open == typeof(Array) ? parts[0].MakeArrayType() : open.MakeGenericType(parts);
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or NotSupportedException or TypeLoadException)
        {
            // As here: it stays null.
        }

        s_made[key] = made;
        return made;
    }
}
