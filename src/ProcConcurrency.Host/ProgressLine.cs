using System.Management.Automation;
using System.Text;

namespace ProcConcurrency.Host;

/// <summary>Progress as one live line at the bottom of the terminal: of the topmost activity, the newest state.</summary>
internal sealed class ProgressLine
{
    private const int BarWidth = 20;
    private const int UsualWidth = 80;
    private readonly Dictionary<int, ProgressRecord> _activities = [];
    private bool _shown;

    internal void Show(ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            _activities.Remove(record.ActivityId);
        }
        else
        {
            _activities[record.ActivityId] = record;
        }

        Clear();
        var top = _activities.Values.OrderBy(static activity => activity.ParentActivityId).ThenBy(static activity => activity.ActivityId).FirstOrDefault();
        if (top is not null)
        {
            var text = Describe(top);

            // Some terminals don't say how wide they are.
            var width = (Console.WindowWidth > 1 ? Console.WindowWidth : UsualWidth) - 1;
            Console.Error.Write(text.Length > width ? text[..width] : text);
            _shown = true;
        }
    }

    internal void Clear()
    {
        if (_shown)
        {
            Console.Error.Write("\r\e[K");
            _shown = false;
        }
    }

    private static string Describe(ProgressRecord record)
    {
        var text = new StringBuilder(record.Activity);
        if (record.PercentComplete >= 0)
        {
            var filled = Math.Min(record.PercentComplete, 100) * BarWidth / 100;
            text.Append(" [").Append('#', filled).Append(' ', BarWidth - filled).Append("] ").Append(record.PercentComplete).Append('%');
        }

        text.Append("  ").Append(record.StatusDescription);
        if (record.SecondsRemaining >= 0)
        {
            text.Append("  ").Append(TimeSpan.FromSeconds(record.SecondsRemaining)).Append(" left");
        }

        return text.ToString().ReplaceLineEndings(" ");
    }
}
