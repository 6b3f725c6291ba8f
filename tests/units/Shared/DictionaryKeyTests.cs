using ProcConcurrency.Runtime.Shared;
using Xunit;

namespace ProcConcurrency.Units.Shared;

/// <summary>Keys of a shared dictionary are the same where a hashtable of the shell takes them for the same.</summary>
public sealed class DictionaryKeyTests
{
    [Fact]
    public void CharactersAreTheSameKeyWhereAHashtableHasThemAsOne()
    {
        // Both ways: what a hashtable takes for one has one text, and what has one text is one for a hashtable.
        var texts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var characters = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var code = 0; code <= char.MaxValue; code++)
        {
            var character = ((char)code).ToString();
            if (char.IsSurrogate((char)code))
            {
                continue;
            }

            var text = DictionaryKey.TextOf(character);
            Assert.Equal(text, DictionaryKey.TextOf(character[0]));
            Assert.True(texts.TryAdd(character, text) || texts[character] == text, $"U+{code:X4} differs from what it is equal to.");
            Assert.True(
                characters.TryAdd(text, character) || StringComparer.OrdinalIgnoreCase.Equals(characters[text], character),
                $"U+{code:X4} is taken for U+{(int)characters[text][0]:X4}.");
        }
    }

    [Fact]
    public void WordsDifferByMoreThanCase()
    {
        Assert.Equal(DictionaryKey.TextOf("Straße"), DictionaryKey.TextOf("STRAßE"));
        Assert.Equal(DictionaryKey.TextOf("ſ\U00010428a"), DictionaryKey.TextOf("ſ\U00010400A"));
        Assert.NotEqual(DictionaryKey.TextOf("ſet"), DictionaryKey.TextOf("set"));
    }
}
