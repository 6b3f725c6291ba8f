using System.Text;
using CsCheck;
using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Native;

public sealed class WindowsCommandLineTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("", "\"\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("a\tb", "\"a\tb\"")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [InlineData("\"", "\"\\\"\"")]
    [InlineData("a b\\", "\"a b\\\\\"")]
    [InlineData("a\\\\b c", "\"a\\\\b c\"")]
    [InlineData("a\\\"b", "\"a\\\\\\\"b\"")]
    [InlineData("c:\\d\\", "c:\\d\\")]
    [InlineData("'x'", "'x'")]
    public void AnArgumentIsWrittenAs(string argument, string written) =>
        Assert.Equal($"\"p\" {written}", WindowsCommandLine.Of("p", [argument]));

    [Fact]
    public void TheProgramIsQuotedAsItIs() =>
        Assert.Equal("\"c:\\program files\\p\\\\x.exe\"", WindowsCommandLine.Of("c:\\program files\\p\\\\x.exe", []));

    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        var text = Gen.Char["\\\" \taé\n"].Array[0, 12].Select(static characters => new string(characters));
        text.Array[0, 5].Sample(static arguments =>
            Assert.Equal(["c:\\a b\\p.exe", .. arguments], Read(WindowsCommandLine.Of("c:\\a b\\p.exe", arguments))));
    }

    /// <summary>
    /// The documented rules of the C run-time: 2n backslashes and a quote are n backslashes and the begin or end of a quoted
    /// part; 2n+1 are n backslashes and a quote; other backslashes are themselves. A doubled quote in a quoted part is one.
    /// </summary>
    private static List<string> Read(string line)
    {
        var end = line.IndexOf('"', 1);
        List<string> arguments = [line[1..end]];
        var at = end + 1;
        while (true)
        {
            while (at < line.Length && line[at] is ' ' or '\t')
            {
                at++;
            }

            if (at == line.Length)
            {
                return arguments;
            }

            arguments.Add(ReadOne(line, ref at));
        }
    }

    private static string ReadOne(string line, ref int at)
    {
        var argument = new StringBuilder();
        var quoted = false;
        for (; at < line.Length && (quoted || line[at] is not (' ' or '\t')); at++)
        {
            var backslashes = 0;
            while (at < line.Length && line[at] == '\\')
            {
                backslashes++;
                at++;
            }

            if (at == line.Length || line[at] != '"')
            {
                argument.Append('\\', backslashes);
                at -= backslashes > 0 ? 1 : 0;
                argument.Append(backslashes > 0 ? string.Empty : line[at].ToString());
                continue;
            }

            argument.Append('\\', backslashes / 2);
            if (backslashes % 2 == 1)
            {
                argument.Append('"');
            }
            else if (quoted && at + 1 < line.Length && line[at + 1] == '"')
            {
                argument.Append('"');
                at++;
            }
            else
            {
                quoted = !quoted;
            }
        }

        return argument.ToString();
    }
}
