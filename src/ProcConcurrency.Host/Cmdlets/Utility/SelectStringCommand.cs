using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.PowerShell.Commands;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Select-String: the lines that match a pattern.</summary>
[Cmdlet(VerbsCommon.Select, "String", DefaultParameterSetName = "File")]
[OutputType(typeof(MatchInfo), typeof(bool), typeof(string))]
public sealed class SelectStringCommand : PSCmdlet
{
    private Regex[] _patterns = [];
    private long _lineNumber;
    private bool _done;

    [Parameter(ValueFromPipeline = true, Mandatory = true, ParameterSetName = "Object")]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; } = AutomationNull.Value;

    [Parameter(Mandatory = true, Position = 0)]
    public string[] Pattern { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "File")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralFile")]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    public SwitchParameter SimpleMatch { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    [Parameter]
    public SwitchParameter List { get; set; }

    [Parameter]
    public SwitchParameter NotMatch { get; set; }

    [Parameter]
    public SwitchParameter AllMatches { get; set; }

    [Parameter]
    [EncodingArgument]
    public Encoding Encoding { get; set; } = EncodingArgumentAttribute.Default;

    protected override void BeginProcessing()
    {
        var options = CaseSensitive ? RegexOptions.None : RegexOptions.IgnoreCase;
        try
        {
            _patterns = [.. Pattern.Select(text => new Regex(SimpleMatch ? Regex.Escape(text) : text, options))];
        }
        catch (ArgumentException failure)
        {
            ThrowTerminatingError(new ErrorRecord(failure, "InvalidRegex", ErrorCategory.InvalidArgument, Pattern));
        }
    }

    protected override void ProcessRecord()
    {
        if (_done)
        {
            return;
        }

        if (ParameterSetName == "Object")
        {
            SearchObject();
            return;
        }

        var literal = ParameterSetName == "LiteralFile";
        foreach (var file in OutputFile.Existing(this, literal ? LiteralPath : Path, literal))
        {
            Search(file);
        }
    }

    protected override void EndProcessing()
    {
        if (Quiet && !_done)
        {
            WriteObject(false);
        }
    }

    private void SearchObject()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
        {
            return;
        }

        if (InputObject.BaseObject is FileInfo file)
        {
            Search(file.FullName);
            return;
        }

        _lineNumber++;
        Consider(InputObject.ToString(), path: null, _lineNumber);
    }

    private void Search(string file)
    {
        try
        {
            var number = 0L;
            foreach (var line in File.ReadLines(file, Encoding))
            {
                if (Consider(line, file, ++number) && (List || Quiet))
                {
                    return;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            WriteError(new ErrorRecord(failure, "ProcessingFile", ErrorCategory.ReadError, file));
        }
    }

    private bool Consider(string line, string? path, long number)
    {
        var index = Array.FindIndex(_patterns, pattern => pattern.IsMatch(line));
        if (index >= 0 == NotMatch.IsPresent)
        {
            return false;
        }

        if (Quiet)
        {
            _done = true;
            WriteObject(true);
        }
        else if (Raw)
        {
            WriteObject(line);
        }
        else
        {
            WriteObject(Found(line, path, number, Math.Max(index, 0)));
        }

        return true;
    }

    private MatchInfo Found(string line, string? path, long number, int index)
    {
        var info = new MatchInfo
        {
            IgnoreCase = !CaseSensitive,
            Line = line,
            LineNumber = number,
            Pattern = Pattern[index],
        };
        if (path is not null)
        {
            info.Path = path;
        }

        // A plain text has no groups to show.
        if (!NotMatch && !SimpleMatch)
        {
            info.Matches = AllMatches ? [.. _patterns[index].Matches(line).Cast<Match>()] : [_patterns[index].Match(line)];
        }

        return info;
    }
}
