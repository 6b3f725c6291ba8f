using System.Text;

namespace ProcConcurrency.HelpBuilder;

/// <summary>Lays out a Markdown table as text: columns as wide as they need, the last ones sharing what is left.</summary>
internal static class TableText
{
    private const int Gap = 2;

    internal static void Write(StringBuilder text, List<Block> rows, int width, string indent)
    {
        var cells = rows.Select(static row => Cells(row.Text)).Where(static row => !row.All(IsRule)).ToList();
        var count = cells.Max(static row => row.Count);
        var widths = Widths(cells, count, width - indent.Length - (Gap * (count - 1)));
        for (var i = 0; i < cells.Count; i++)
        {
            WriteRow(text, cells[i], widths, indent);
            if (i == 0)
            {
                WriteRow(text, [.. widths.Select(static column => new string('-', column))], widths, indent);
            }
        }
    }

    private static int[] Widths(List<List<string>> cells, int count, int room)
    {
        var widths = Enumerable.Range(0, count).Select(column => cells.Max(row => column < row.Count ? row[column].Length : 0)).ToArray();

        // The widest gives way first, down to what its longest word needs.
        while (widths.Sum() > room && Array.IndexOf(widths, widths.Max()) is var widest && widths[widest] > 12)
        {
            widths[widest]--;
        }

        return widths;
    }

    private static void WriteRow(StringBuilder text, List<string> row, int[] widths, string indent)
    {
        var columns = row.Select((cell, i) => PlainText.Wrap(cell, widths[i], string.Empty, string.Empty).ToList()).ToList();
        for (var line = 0; line < columns.Max(static column => column.Count); line++)
        {
            var start = text.Length;
            text.Append(indent);
            for (var i = 0; i < columns.Count; i++)
            {
                var piece = line < columns[i].Count ? columns[i][line] : string.Empty;
                text.Append(piece.PadRight(widths[i] + Gap));
            }

            while (text.Length > start && text[^1] == ' ')
            {
                text.Length--;
            }

            text.Append('\n');
        }
    }

    private static bool IsRule(string cell) => cell.Length > 0 && cell.All(static character => character is '-' or ':');

    /// <summary>A row's cells as plain text. A bar within a cell is written <c>\|</c>.</summary>
    private static List<string> Cells(string row) =>
        [.. row.Trim().Trim('|').Replace("\\|", "\u0003", StringComparison.Ordinal).Split('|')
            .Select(static cell => PlainText.Of(cell.Trim().Replace('\u0003', '|')))];
}
