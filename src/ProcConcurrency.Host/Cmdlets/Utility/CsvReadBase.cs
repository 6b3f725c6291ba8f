using System.Globalization;
using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>What Import-Csv and ConvertFrom-Csv share.</summary>
public abstract class CsvReadBase : PSCmdlet
{
    [Parameter(Position = 1)]
    [ValidateNotNull]
    public char Delimiter { get; set; } = ',';

    [Parameter]
    public SwitchParameter UseCulture { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Header { get; set; }

    private protected void Read(TextReader reader)
    {
        var parser = new CsvParser(reader, UseCulture ? CultureInfo.CurrentCulture.TextInfo.ListSeparator[0] : Delimiter);
        var names = Header;
        string? typeName = null;
        while (parser.Next() is { } row)
        {
            if (names is null)
            {
                var first = row[0] ?? "";
                if (first.StartsWith("#TYPE ", StringComparison.OrdinalIgnoreCase))
                {
                    typeName = "CSV:" + first["#TYPE ".Length..].Trim();
                }
                else if (!first.StartsWith('#'))
                {
                    names = Named(row);
                }
                else if (first.StartsWith("#Fields: ", StringComparison.OrdinalIgnoreCase))
                {
                    row[0] = first["#Fields: ".Length..];
                    names = Named(row);
                }

                continue;
            }

            Write(names, row, typeName);
        }
    }

    private string[] Named(List<string?> row)
    {
        if (row.Any(string.IsNullOrEmpty))
        {
            WriteWarning("One or more headers were not specified. Default names starting with \"H\" have been used in place of any missing headers.");
        }

        var number = 1;
        string[] names = [.. row.Select(name => string.IsNullOrEmpty(name) ? "H" + number++.ToString(CultureInfo.InvariantCulture) : name)];
        var twice = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ExtendedTypeSystemException($"The member \"{twice.Key}\" is already present."),
                "AlreadyPresentPSMemberInfoInternalCollectionAdd", ErrorCategory.NotSpecified, null));
        }

        return names;
    }

    private void Write(string[] names, List<string?> row, string? typeName)
    {
        var item = new PSObject();
        for (var i = 0; i < names.Length; i++)
        {
            item.Properties.Add(new PSNoteProperty(names[i], i < row.Count ? row[i] : null), preValidated: true);
        }

        if (typeName is not null)
        {
            item.TypeNames.Clear();
            item.TypeNames.Add(typeName);
        }

        WriteObject(item);
    }
}
