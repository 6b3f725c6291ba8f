using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>What requests and answers are made of.</summary>
public sealed class PayloadTests
{
    public static TheoryData<string?> Texts => ["", (string?)null, "key", "\u00fcber", "\ud83d\ude00", "a\ud83d", "a\ud83c", "\ude00\ud83d", "\ud83d\ud83d\ude00", "\0\ufffd"];

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_comes_back_as_it_was(string? text)
    {
        var payload = new PayloadWriter().Text(text).Int32(7);
        var reader = new PayloadReader(payload.Written);
        Assert.Equal(text, reader.Text());
        Assert.Equal(7, reader.Int32());
    }

    [Fact]
    public void Texts_that_differ_are_written_differently() =>
        Assert.Equal(Texts.Count, Texts.Select(static row => Convert.ToHexString(new PayloadWriter().Text(row.Data).Written)).Distinct().Count());

    [Theory]
    [InlineData(5)]
    [InlineData(-10)]
    [InlineData(int.MinValue)]
    public void A_length_that_the_message_has_no_room_for_is_refused(int length) => Assert.Throws<ProtocolException>(() =>
    {
        var reader = new PayloadReader(new PayloadWriter().Int32(length).Byte(1).Written);
        reader.Text();
    });

    [Theory]
    [InlineData(new long[0])]
    [InlineData(new[] { 1, -1, long.MaxValue })]
    public void Ids_come_back_and_are_refused_where_the_message_has_no_room_for_them(long[] ids)
    {
        var written = new PayloadWriter().Ids(ids).Int32(7).Written.ToArray();
        var reader = new PayloadReader(written);
        Assert.Equal(ids, reader.Ids());
        Assert.Equal(7, reader.Int32());
        for (var length = 0; length < ObjectIds.Size(ids.Length); length++)
        {
            var cut = written[..length];
            Assert.Throws<ProtocolException>(() => new PayloadReader(cut).Ids());
        }

        Assert.Throws<ProtocolException>(() => new PayloadReader(new PayloadWriter().Int32(-1).Int64(1).Written).Ids());
    }
}
