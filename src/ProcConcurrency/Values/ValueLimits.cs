namespace ProcConcurrency.Values;

/// <summary>Bounds that both sides keep, so that whatever a writer may produce a reader will take.</summary>
internal static class ValueLimits
{
    /// <summary>Containers within containers. Deeper ones are cut to text by the writer and refused by the reader.</summary>
    public const int Depth = 100;

    /// <summary>Containers of one value that are written as often as they are reached.</summary>
    public const int Copies = 100_000;

    /// <summary>Elements a collection is sized for before any of them was read: a claimed count is not yet a fact.</summary>
    public const int PreSize = 1024;

    /// <summary>Type names of one object.</summary>
    public const int TypeNames = 32;

    /// <summary>Lines a script block's position may push it down: its text is parsed behind that many line breaks.</summary>
    public const int ScriptLines = 50_000;

    /// <summary>Names of types in the bytes of one reader that are looked for in vain.</summary>
    public const int UnknownTypes = 100;

    /// <summary>Types that a type is made of, itself included.</summary>
    public const int TypeParts = 16;

    /// <summary>Types that a process makes of others because they came by name: the runtime never forgets one.</summary>
    public const int MadeTypes = 1000;

    /// <summary>Exceptions of a chain of inner exceptions that travel with an error.</summary>
    public const int InnerExceptions = 8;
}
