using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

/// <summary>Whatever the writer takes of the framework and of PowerShell, the reader takes too.</summary>
public sealed class EveryTypeTests
{
    // What merely making or asking them does to this process: it reads the terminal, starts watchers, or ends. The text of a help
    // exception that nobody filled in calls itself without end, and a remoting plug-in that nobody opened fails in its finalizer.
    private static readonly string[] s_left =
    [
        "System.Console", "System.Environment", "System.Diagnostics", "System.Threading.Tasks", "System.Runtime.Loader",
        "Microsoft.PowerShell.Commands.Help", "System.Management.Automation.Remoting",
    ];

    private static readonly string[] s_casts = ["1", "a@b.c", "::1", "de-DE", "2024-05-06", "http://x/", "Red", "1,2"];

    [Fact]
    public void OfEveryTypeASampleIsReadAgain()
    {
        var failures = new List<string>();
        int count = 0;
        foreach (object sample in Types().SelectMany(Samples))
        {
            count++;
            try
            {
                Codec.Trip(sample);
            }
            catch (ValueNotSerializableException)
            {
                // Told to the sender, not to the receiver.
            }
            catch (Exception failure)
            {
                failures.Add($"{sample.GetType()}: {failure.GetType().Name} {failure.Message}");
            }
        }

        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));
        Assert.True(count > 1000, $"{count} samples");
    }

    private static IEnumerable<Type> Types() => AppDomain.CurrentDomain.GetAssemblies()
        .Concat([typeof(System.Net.Mail.MailAddress).Assembly, typeof(System.Data.DataTable).Assembly, typeof(System.Xml.XmlDocument).Assembly])
        .Distinct()
        .Where(static it => it.GetName().Name is { } name && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.PowerShell", StringComparison.Ordinal)))
        .SelectMany(static it => it.GetExportedTypes())
        .Where(static it => it is { IsGenericTypeDefinition: false, IsAbstract: false, IsByRefLike: false, IsEnum: false }
            && !it.IsDefined(typeof(ObsoleteAttribute)) && !typeof(Delegate).IsAssignableFrom(it) && !typeof(Cmdlet).IsAssignableFrom(it)
            && !s_left.Any(left => it.FullName!.StartsWith(left, StringComparison.Ordinal)));

    private static IEnumerable<object> Samples(Type type)
    {
        if ((type.IsValueType || type.GetConstructor(Type.EmptyTypes) is not null) && Try(() => Activator.CreateInstance(type)) is { } made)
        {
            yield return made;
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(it => it.FieldType == type))
        {
            if (Try(() => field.GetValue(null)) is { } value)
            {
                yield return value;
            }
        }

        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Static).Where(it => it.PropertyType == type && it.GetIndexParameters().Length == 0))
        {
            if (Try(() => property.GetValue(null)) is { } value)
            {
                yield return value;
            }
        }

        // But what opens the file, the pipe or the page that a text names.
        if (typeof(IDisposable).IsAssignableFrom(type) || type == typeof(System.Xml.XPath.XPathDocument))
        {
            yield break;
        }

        foreach (string text in s_casts)
        {
            if (Try(() => LanguagePrimitives.TryConvertTo(text, type, CultureInfo.InvariantCulture, out object? cast) ? cast : null) is { } value)
            {
                yield return value;
            }
        }
    }

    private static object? Try(Func<object?> make)
    {
        try
        {
            return make();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return null;
        }
    }
}
