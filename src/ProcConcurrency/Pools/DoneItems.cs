using System.Text;
using System.Text.Json;

namespace ProcConcurrency.Pools;

/// <summary>What a log says has been done. A line that is none of ours, such as the last of a run that was ended within it, says nothing.</summary>
/// <remarks>Of one thread.</remarks>
internal sealed class DoneItems
{
    // How often: the same input may stand among the inputs more than once.
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <param name="path">The log; there need not be one.</param>
    /// <exception cref="CallerException">It can't be read, or is something else.</exception>
    internal DoneItems(string path)
    {
        try
        {
            // Another run may be writing to it.
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.UTF8);
            var isFirst = true;
            while (reader.ReadLine() is { } line)
            {
                // Somebody else's file, by a slip of the fingers. A log's lines are objects, the one that a dead run left half written, too.
                if (isFirst && !line.StartsWith('{'))
                {
                    throw Errors.NoLog(path);
                }

                isFirst = false;
                if (KeyOfDone(line) is { } key)
                {
                    _counts[key] = _counts.GetValueOrDefault(key) + 1;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Errors.LogNotOpened(path, error);
        }
    }

    /// <summary>Whether an input has been done, once more than was asked before.</summary>
    internal bool Take(string key)
    {
        if (!_counts.TryGetValue(key, out var count))
        {
            return false;
        }

        if (count > 1)
        {
            _counts[key] = count - 1;
        }
        else
        {
            _counts.Remove(key);
        }

        return true;
    }

    private static string? KeyOfDone(string line)
    {
        // Most lines of a log that is resumed are of this kind; others needn't be parsed.
        if (!line.Contains("\"Done\"", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            var record = document.RootElement;
            return record.ValueKind == JsonValueKind.Object
                && record.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String && status.ValueEquals("Done")
                && record.TryGetProperty("key", out var key) && key.ValueKind == JsonValueKind.String ? key.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
