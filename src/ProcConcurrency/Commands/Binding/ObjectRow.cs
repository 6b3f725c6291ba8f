using System.Globalization;
using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Commands.Binding;

/// <summary>
/// What is left of an object that a cmdlet wrote when it comes back from a file: a row of Import-Csv, of ConvertFrom-Json or Import-Clixml,
/// or what Select-Object made of it. It stands for the object that has all of its names and numbers, not for one that has only the name:
/// other sessions give the same ones.
/// </summary>
internal sealed class ObjectRow
{
    private readonly List<(string Column, object Value)> _cells = [];

    private ObjectRow()
    {
    }

    /// <summary>Reads a row.</summary>
    /// <param name="type">The reference that is to be made of it.</param>
    /// <param name="bag">The object.</param>
    /// <param name="keys">The columns that count.</param>
    /// <exception cref="WrongArgumentException">It is no row, or has none of them.</exception>
    internal static ObjectRow Of(Type type, PSObject bag, params string[] keys)
    {
        ArgumentNullException.ThrowIfNull(bag);
        var row = new ObjectRow();
        if (bag.BaseObject is PSCustomObject)
        {
            row._cells.AddRange(
                from key in keys
                let value = bag.Properties[key]?.Value
                where value is not null and not ""
                select (key, Cell(key, value)));
        }

        // All objects of a kind are none in particular.
        return row._cells.Exists(static cell => cell.Column != "Kind") ? row : throw new WrongArgumentException(Expected.Message(type, bag));
    }

    /// <summary>The process id of one that has nothing else; else null.</summary>
    internal int? OnlyNumber => _cells is [("ProcessId", var value)] && LanguagePrimitives.TryConvertTo<int>(value, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>Its name, or what else it has.</summary>
    public override string ToString() => _cells[0].Column == "Name"
        ? string.Join(", ", _cells.Skip(1).Select(static cell => $"{cell.Column} {cell.Value}").Prepend($"{_cells[0].Value}"))
        : Columns;

    /// <summary>Each column with what it says.</summary>
    internal string Columns => string.Join(", ", _cells.Select(static cell => $"{cell.Column} {cell.Value}"));

    /// <summary>Whether an object has all that the row says.</summary>
    /// <param name="valueOf">What the object has in a column.</param>
    internal bool Fits(Func<string, object?> valueOf) => _cells.TrueForAll(cell => valueOf(cell.Column) is { } value
        && string.Equals(LanguagePrimitives.ConvertTo<string>(value), LanguagePrimitives.ConvertTo<string>(cell.Value), StringComparison.OrdinalIgnoreCase));

    // ConvertTo-Json makes a number of a kind.
    private static object Cell(string key, object value) => key == "Kind" && LanguagePrimitives.TryConvertTo<HubObjectKind>(value, out var kind) ? kind
        : value is PSObject wrapped ? wrapped.BaseObject : value;
}
