namespace ProcConcurrency.Values;

// What the tables of forms know: small types of the base library, and its collections.
internal ref partial struct ValueReader
{
    private const int MostParts = 8;

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

    // Nothing that holds values itself: a form within a form would be a level that nobody counts.
    private object? ReadPart()
    {
        byte tag = _position < _data.Length ? _data[_position] : (byte)ValueTag.Null;
        if (tag > (byte)ValueTag.Bytes && tag < (byte)ValueTag.SmallInt)
        {
            Fail("a number, a text or bytes were expected.");
        }

        return ReadValue();
    }

    private object? ReadCollection()
    {
        Enter();
        byte number = ReadByte();
        int elements = CollectionForms.ElementsOf(number);
        CollectionForm? form = elements < 0 ? null : CollectionForms.At(number, Take(elements));
        if (form is null)
        {
            Fail("there is no such collection.");
        }

        bool ignoresCase = ReadByte() != 0;
        int count = ReadCount(Math.Max(1, elements)) * Math.Max(1, elements);
        var items = new List<object?>(Math.Min(count, ValueLimits.PreSize));
        for (int i = 0; i < count; i++)
        {
            items.Add(ReadValue());
        }

        Leave();
        return Make(form!.Type, (form, items, ignoresCase), static it => it.form!.Make([.. it.items], it.ignoresCase));
    }
}
