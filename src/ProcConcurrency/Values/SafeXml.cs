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

    /// <exception cref="XmlException">It is not a document.</exception>
    public static XmlDocument ToDocument(string text)
    {
        var document = new XmlDocument { XmlResolver = null };
        if (text.Length > 0)
        {
            using var source = new StringReader(text);
            using var reader = XmlReader.Create(source, s_settings);
            document.Load(reader);
        }

        return document;
    }
}
