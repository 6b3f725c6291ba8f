using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Jobs;

namespace ProcConcurrency.Commands.Binding;

/// <summary>What Start-ChildProcess starts: a process that New-ChildProcess made, by whatever names it, or the row of a table that says what a new one runs.</summary>
public sealed class ChildProcessSource
{
    private static readonly string[] s_blocks = ["FilePath", "Command", "ScriptBlock", "Type"];

    /// <summary>The process itself.</summary>
    /// <param name="process">The process.</param>
    public ChildProcessSource(ChildProcess process) => Reference = new ChildProcessReference(process);

    /// <summary>An id.</summary>
    /// <param name="id">The id.</param>
    public ChildProcessSource(int id) => Reference = new ChildProcessReference(id);

    /// <summary>A name.</summary>
    /// <param name="name">The name; wildcards are allowed.</param>
    public ChildProcessSource(string name) => Reference = new ChildProcessReference(name);

    /// <summary>A row: its properties are called as parameters are.</summary>
    /// <param name="row">An object such as Import-Csv makes.</param>
    /// <exception cref="ArgumentException">It doesn't say what is to run.</exception>
    public ChildProcessSource(PSObject row)
    {
        ArgumentNullException.ThrowIfNull(row);
        Row = s_blocks.Any(name => !IsEmpty(row.Properties[name]?.Value)) ? row : throw new WrongArgumentException(Expected.Message(typeof(ChildProcessSource), row));
    }

    /// <summary>The process; null for a row.</summary>
    internal ChildProcessReference? Reference { get; }

    /// <summary>The row; null for a process.</summary>
    internal PSObject? Row { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Reference ?? (object?)Row}";

    /// <summary>What a row gives to these parameters. An empty cell gives nothing, and other columns mean nothing here, such as PSPath of what a provider gave.</summary>
    /// <exception cref="CallerException">A block doesn't parse.</exception>
    internal Dictionary<string, object?> ArgumentsFor(IEnumerable<ParameterMetadata> parameters)
    {
        var arguments = new Dictionary<string, object?>();
        foreach (var parameter in parameters)
        {
            var value = parameter.Aliases.Where(static name => name != "PSPath").Prepend(parameter.Name).Select(name => Row!.Properties[name]?.Value).FirstOrDefault(static value => !IsEmpty(value));
            if (value is not null)
            {
                arguments[parameter.Name] = value switch
                {
                    string text => FromText(text, parameter),
                    PSObject { BaseObject: PSCustomObject } bag when parameter.ParameterType == typeof(IDictionary) => FromBag(bag),
                    _ => value,
                };
            }
        }

        return arguments;
    }

    // The cells of a file are text, which PowerShell makes no block of, and no switch.
    private object FromText(string text, ParameterMetadata parameter)
    {
        try
        {
            return parameter.ParameterType == typeof(ScriptBlock) ? ScriptBlock.Create(text)
                : parameter.SwitchParameter && bool.TryParse(text, out var isOn) ? isOn
                : text;
        }
        catch (ParseException error)
        {
            throw Errors.ParseFailed(error, Row);
        }
    }

    // ConvertFrom-Json makes no tables.
    private static Hashtable FromBag(PSObject bag)
    {
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var property in bag.Properties)
        {
            table[property.Name] = property.Value;
        }

        return table;
    }

    private static bool IsEmpty(object? value) => value is null or "";
}
