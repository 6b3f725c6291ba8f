using System.Collections;
using System.Management.Automation;
using CsCheck;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

/// <summary>Bytes nobody vouches for give a value or a <see cref="ValueFormatException"/>, within bounds.</summary>
public sealed class HostileBytesTests
{
    [Fact]
    public void RandomBytesAreRefusedOrDecoded() => Gen.Byte.Array[0, 300].Sample(bytes => Try(bytes), iter: 20_000);

    [Fact]
    public void EveryPrefixIsRefused() => ValueGen.Any.Sample(value =>
    {
        byte[] bytes = Codec.Encode(value);
        for (int i = 0; i < Math.Min(bytes.Length, 200); i++)
        {
            Assert.Throws<ValueFormatException>(() => ValueCodec.Decode(bytes.AsSpan(0, i), Codec.Keyed));
        }

        Assert.Throws<ValueFormatException>(() => ValueCodec.Decode([.. bytes, 0], Codec.Keyed));
    }, iter: 200);

    [Fact]
    public void FlippedBitsAreRefusedOrDecoded() => Gen.Select(ValueGen.Any, Gen.Int[0, int.MaxValue].Array[1, 4]).Sample((value, flips) =>
    {
        byte[] bytes = Codec.Encode(value);
        foreach (int flip in flips)
        {
            int bit = flip % (bytes.Length * 8);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Try(bytes);
    }, iter: 20_000);

    [Fact]
    public void EveryFlippedBitOfEveryKindIsRefusedOrDecoded()
    {
        foreach (object value in Samples.All())
        {
            byte[] bytes = Codec.Encode(value);
            for (int bit = 0; bit < bytes.Length * 8; bit++)
            {
                byte[] broken = (byte[])bytes.Clone();
                broken[bit / 8] ^= (byte)(1 << (bit % 8));
                Try(broken);
            }

            for (int i = 0; i < bytes.Length; i++)
            {
                Assert.Throws<ValueFormatException>(() => ValueCodec.Decode(bytes.AsSpan(0, i), Codec.Keyed));
            }
        }
    }

    // Each would be one level deeper than the one before, and none holds values.
    [Theory]
    [InlineData(new byte[] { (byte)ValueTag.ProgressRecord })]
    [InlineData(new byte[] { (byte)ValueTag.Enum, (byte)ValueTag.ShortString, 0 })]
    [InlineData(new byte[] { (byte)ValueTag.NamedNumber, (byte)ValueTag.ShortString, 0, (byte)ValueTag.Null })]
    [InlineData(new byte[] { (byte)ValueTag.NamedFile, (byte)ValueTag.ShortString, 0 })]
    [InlineData(new byte[] { (byte)ValueTag.HostMessage, (byte)ValueTag.Null })]
    [InlineData(new byte[] { (byte)ValueTag.WarningRecord, (byte)ValueTag.Null, (byte)ValueTag.Null })]
    [InlineData(new byte[] { (byte)ValueTag.Framework, 1, 1 })]
    public void WhatHoldsNoValuesNestsNowhere(byte[] level) =>
        Assert.Throws<ValueFormatException>(() => ValueCodec.Decode([.. Enumerable.Repeat(level, 200_000).SelectMany(static it => it)], Codec.Keyed));

    [Fact]
    public void ATypeIsMadeOfSoManyOthersAtMost()
    {
        byte[] level = [(byte)ValueTag.ShortString, 12, .. "System.Array"u8, 1];
        byte[] Nested(int levels) => [(byte)ValueTag.Type, .. Codec.Encode("t"), .. Codec.Encode("n"), .. Codec.Encode("f"), .. Enumerable.Repeat(level, levels).SelectMany(static it => it), .. Codec.Encode("System.Int32"), 0];
        Assert.Equal(typeof(int[][]), ValueCodec.Decode(Nested(2), Codec.Keyed));
        Assert.Throws<ValueFormatException>(() => ValueCodec.Decode(Nested(ValueLimits.TypeParts), Codec.Keyed));
        Assert.Throws<ValueFormatException>(() => ValueCodec.Decode(Nested(200_000), Codec.Keyed));
    }

    // What the runtime makes of these lengths is no matter of memory.
    [Fact]
    public void ARectangleWithoutElementsHasLengthsThatFit()
    {
        byte[] most = [0xC7, 0xFF, 0xFF, 0xFF, 0x07];
        Assert.Throws<ValueFormatException>(() => ValueCodec.Decode([(byte)ValueTag.Rectangle, 3, .. most, .. most, 0, .. Codec.Encode(Array.Empty<byte>())], Codec.Keyed));
        Assert.Empty((Array)ValueCodec.Decode([(byte)ValueTag.Rectangle, 2, .. most, 0, .. Codec.Encode(Array.Empty<byte>())], Codec.Keyed)!);
    }

    [Theory]
    [InlineData((int)ValueTag.ObjectArray)]
    [InlineData((int)ValueTag.ArrayList)]
    [InlineData((int)ValueTag.ObjectList)]
    [InlineData((int)ValueTag.StringArray)]
    [InlineData((int)ValueTag.Bytes)]
    [InlineData((int)ValueTag.RawString)]
    public void ALengthIsNotBelieved(int tag)
    {
        byte[] bytes = [(byte)tag, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0, 0];
        Assert.InRange(Try(bytes), 0, 20_000);
    }

    // The rank, the lengths, then an array of the four bytes 1, 2, 3, 4.
    [Theory]
    [InlineData(1, new byte[] { 4 })]
    [InlineData(2, new byte[] { 2, 3 })]
    [InlineData(2, new byte[] { 0, 3 })]
    [InlineData(2, new byte[] { 0x80, 0x80, 0x80, 0x80, 0x08, 2 })]
    [InlineData(3, new byte[] { 0x80, 0x80, 0x80, 0x80, 0x04, 0x80, 0x80, 0x80, 0x80, 0x04, 0x10 })]
    [InlineData(33, new byte[] { 4 })]
    public void LengthsThatAreNotThoseOfTheElementsAreRefused(byte rank, byte[] lengths)
    {
        byte[] elements = [(byte)ValueTag.Bytes, 4, 1, 2, 3, 4];
        byte[] bytes = [(byte)ValueTag.Rectangle, rank, .. lengths, .. elements];
        var refused = Assert.Throws<ValueFormatException>(() => ValueCodec.Decode(bytes, Codec.Keyed));
        Assert.Contains("array", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ValueFormatException>(() => ValueCodec.Decode([(byte)ValueTag.Rectangle, 2, 1, 1, .. Codec.Encode("no array")], Codec.Keyed));
    }

    [Fact]
    public void NestedCountsDoNotMultiply()
    {
        // Each of 99 nested arrays claims all the bytes that are left.
        byte[] bytes = new byte[1 << 20];
        for (int i = 0; i < 99; i++)
        {
            bytes[i * 4] = (byte)ValueTag.ObjectArray;
            int claim = bytes.Length - (i * 4) - 4;
            bytes[(i * 4) + 1] = (byte)(claim | 0x80);
            bytes[(i * 4) + 2] = (byte)((claim >> 7) | 0x80);
            bytes[(i * 4) + 3] = (byte)((claim >> 14) & 0x7F);
        }

        Assert.InRange(Try(bytes), 0, 40L << 20);
    }

    [Fact]
    public void MadeUpEnumsAreNotLookedForWithoutEnd()
    {
        IEnumerable<byte> elements = Enumerable.Range(0, 20_000).SelectMany(static i =>
            new byte[] { (byte)ValueTag.Enum, (byte)ValueTag.ShortString, 13 }.Concat(System.Text.Encoding.ASCII.GetBytes($"System.A{i:00000}")).Append((byte)ValueTag.SmallInt));
        Assert.InRange(Try([(byte)ValueTag.ObjectArray, 0xA0, 0x9C, 0x01, .. elements]), 0, 20L << 20);
    }

    [Fact]
    public void DeepBytesAreRefused()
    {
        byte[] bytes = new byte[200_000];
        for (int i = 0; i < bytes.Length; i += 2)
        {
            bytes[i] = (byte)ValueTag.ObjectArray;
            bytes[i + 1] = 1;
        }

        var refused = Assert.Throws<ValueFormatException>(() => ValueCodec.Decode(bytes, Codec.Keyed));
        Assert.Contains("nested", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.Offset > 0);
    }

    /// <summary>Decodes; returns the bytes allocated. Anything but a value or the one exception type fails the test.</summary>
    private static long Try(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        ValueCodec.TryDecode(bytes, Codec.Keyed, out _, out _);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (bytes.Length < 4096)
        {
            // Generous: a parsed script block or a regex takes its own share.
            Assert.InRange(allocated, 0, 8 << 20);
        }

        return allocated;
    }
}
