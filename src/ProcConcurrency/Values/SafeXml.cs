using System.Xml;

namespace ProcConcurrency.Values;

/// <summary>XML as text that came from another process: nothing outside the text is ever read for it.</summary>
internal static class SafeXml
{
    // A document type may declare texts of texts that expand to gigabytes.
    private const long MostFromEntities = 1 << 20;

    private static readonly XmlReaderSettings s_settings = new()
    {
        // A document type declaration is kept, and neither it nor what it names is fetched.
        DtdProcessing = DtdProcessing.Parse,
        XmlResolver = null,
        MaxCharactersFromEntities = MostFromEntities,
        CheckCharacters = false,
    };

    /// <summary>The document of a text; with <paramref name="keepsWhitespace"/> what stands between its elements is part of it.</summary>
    /// <exception cref="XmlException">It is not a document.</exception>
    public static XmlDocument ToDocument(string text, bool keepsWhitespace = false)
    {
        var document = new XmlDocument { XmlResolver = null, PreserveWhitespace = keepsWhitespace };
        if (text.Length > 0)
        {
            using var source = new StringReader(text);
            using var reader = XmlReader.Create(source, s_settings);
            document.Load(reader);
        }

        return document;
    }
}
