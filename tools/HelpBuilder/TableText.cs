using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace ProcConcurrency.HelpBuilder;

/// <summary>Lays out a table as text: columns as wide as they need, the widest giving way where the room is too small.</summary>
internal static class TableText
{
    private const int Gap = 2;
    private const int Least = 12;

    internal static IEnumerable<string> Lines(Table table, int room)
    {
        var rows = table.Cast<TableRow>().Select(static row => row.Select(Text).ToList()).ToList();
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        while (widths.Sum() + (Gap * (widths.Length - 1)) > room && Array.IndexOf(widths, widths.Max()) is var widest && widths[widest] > Least)
        {
            widths[widest]--;
        }

        // A line of hyphens stands below the heading.
        rows.Insert(1, [.. widths.Select(static width => new string('-', width))]);
        return rows.SelectMany(row => Lines(row, widths));
    }

    /// <summary>A cell's text. Markdig leaves code as it is written, and within a table a bar is written <c>\|</c> in code too.</summary>
    private static string Text(Block cell) => PlainText.Of(cell).Replace("\\|", "|", StringComparison.Ordinal);

    private static IEnumerable<string> Lines(List<string> row, int[] widths)
    {
        var cells = row.Select((cell, column) => PlainText.Wrap(cell, widths[column], string.Empty, string.Empty).ToList()).ToList();
        for (var line = 0; line < cells.Max(static cell => cell.Count); line++)
        {
            yield return string.Concat(cells.Select((cell, column) => (cell.ElementAtOrDefault(line) ?? string.Empty).PadRight(widths[column] + Gap))).TrimEnd();
        }
    }
}
