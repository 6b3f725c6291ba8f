using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Net;
using System.Numerics;
using System.Security;
using System.Text.RegularExpressions;

namespace ProcConcurrency.Units.Values;

/// <summary>One small value of every kind.</summary>
internal static class Samples
{
    public static IEnumerable<object> All()
    {
        yield return "text";
        yield return "bro\ud800ken";
        yield return new string('x', 300);
        yield return 123456;
        yield return BigInteger.Pow(2, 90);
        yield return 12.5m;
        yield return DateTime.UtcNow;
        yield return DateTimeOffset.Now;
        yield return Guid.NewGuid();
        yield return new Version(1, 2, 3);
        yield return new Uri("https://example.org/");
        yield return DayOfWeek.Friday;
        yield return new Regex("^a+b$", RegexOptions.IgnoreCase);
        yield return IPAddress.IPv6Loopback;
        yield return new byte[] { 1, 2, 3 };
        yield return new[] { 1, 2, 3 };
        yield return new[] { "a", null, "b" };
        yield return new object?[] { 1, "a", null };
        yield return new[,] { { 1, 2, 3 }, { 4, 5, 6 } };
        yield return new object?[,,] { { { 1 }, { "a" } }, { { null }, { 2 } } };
        yield return new ArrayList { 1, "a" };
        yield return new List<object> { 1, "a" };
        yield return new List<int> { 1, 2 };
        yield return new Hashtable(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 };
        yield return new OrderedDictionary { ["a"] = 1, ["b"] = 2 };
        yield return Activator.CreateInstance(EngineInternals.Types.OrderedHashtable!, new Hashtable { ["a"] = 1, ["B"] = 2 })!;
        yield return new NameValueCollection { ["a"] = "1" };
        yield return Codec.Custom(("Name", "n"), ("Size", 12));
        yield return new[] { Codec.Custom(("A", 1)), Codec.Custom(("A", 2)) };
        yield return ScriptBlock.Create("param($x) $x + 1");
        yield return new FileInfo("/tmp/some.txt");
        yield return new DirectoryInfo("some");
        yield return typeof(List<int[]>);
        yield return typeof(Samples);
        yield return Secret("pass");
        yield return new PSCredential("egon", Secret("word"));
        yield return new System.Diagnostics.ProcessStartInfo("x");
        yield return new HashSet<int> { 1, 2 };
        yield return new DateOnly(2024, 5, 6);
        yield return new Dictionary<string, int> { ["a"] = 1 };
        yield return new Hashtable[] { new() { ["a"] = 1 } };
        yield return new List<Hashtable> { new() };
        yield return new object[][] { [1] };
        yield return new Dictionary<string, Hashtable> { ["a"] = new() };
        yield return new[,] { { new Hashtable() } };
        yield return new Queue<DayOfWeek>([DayOfWeek.Friday]);
        yield return Tuple.Create(1, "a");
        yield return new HostInformationMessage { Message = "m", ForegroundColor = ConsoleColor.Red };
        yield return new ProgressRecord(1, "a", "s") { PercentComplete = 5 };
        yield return new WarningRecord("id", "warn");
        yield return new InformationRecord("data", "source");
        yield return new ErrorRecord(new InvalidOperationException("bad"), "Id", ErrorCategory.InvalidData, "target");
    }

    public static SecureString Secret(string text)
    {
        var secret = new SecureString();
        foreach (char c in text)
        {
            secret.AppendChar(c);
        }

        return secret;
    }
}
