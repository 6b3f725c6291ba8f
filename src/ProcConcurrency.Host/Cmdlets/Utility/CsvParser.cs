using System.Text;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Reads rows of separated values; quoted fields may hold separators and line ends.</summary>
internal sealed class CsvParser(TextReader reader, char delimiter)
{
    /// <summary>The fields of the next row that is not empty; null at the end.</summary>
    internal List<string?>? Next()
    {
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                return Fields(line);
            }
        }

        return null;
    }

    private List<string?> Fields(string line)
    {
        var fields = new List<string?>();
        var field = new StringBuilder();
        var quoted = false;
        var wasQuoted = false;
        for (var i = 0; ; i++)
        {
            if (i == line.Length)
            {
                if (quoted && reader.ReadLine() is { } more)
                {
                    field.Append('\n');
                    line = more;
                    i = -1;
                    continue;
                }

                Add(fields, field, wasQuoted);
                return fields;
            }

            var one = line[i];
            if (quoted)
            {
                if (one != '"')
                {
                    field.Append(one);
                }
                else if (i + 1 < line.Length && line[i + 1] == '"')
                {
                    field.Append(line[i++]);
                }
                else
                {
                    quoted = false;
                }
            }
            else if (one == delimiter)
            {
                Add(fields, field, wasQuoted);
                wasQuoted = false;
            }
            else if (one == '"' && string.IsNullOrWhiteSpace(field.ToString()))
            {
                field.Clear();
                quoted = wasQuoted = true;
            }
            else
            {
                field.Append(one);
            }
        }
    }

    private static void Add(List<string?> fields, StringBuilder field, bool quoted)
    {
        fields.Add(quoted ? field.ToString() : field.ToString().TrimStart());
        field.Clear();
    }
}
