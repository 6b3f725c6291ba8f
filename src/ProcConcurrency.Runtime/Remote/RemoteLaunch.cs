using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>What an agent is told of a child that it is to start; the rest it knows by itself.</summary>
/// <param name="Number">What both sides call it.</param>
/// <param name="WorkingDirectory">A folder there; null for the user's home.</param>
/// <param name="Environment">Changes to the environment that the agent has; a null value takes a variable away.</param>
public sealed record RemoteLaunch(int Number, string? WorkingDirectory, IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>Stands for what only the agent knows: its own program, the user's home.</summary>
    public const string TheirOwn = "";

    /// <summary>A child's program as a session asks another machine for it.</summary>
    /// <param name="workingDirectory">A folder there; null for the user's home.</param>
    /// <param name="environment">Changes to the environment there.</param>
    public static LaunchSettings Settings(string? workingDirectory, IReadOnlyDictionary<string, string?> environment) =>
        new(TheirOwn, [], workingDirectory ?? TheirOwn, environment);

    internal static byte[] Encode(int number, LaunchSettings settings)
    {
        var writer = new PayloadWriter().Int32(number).Text(settings.WorkingDirectory).Int32(settings.Environment.Count);
        foreach (var (name, value) in settings.Environment)
        {
            writer.Text(name).Text(value);
        }

        return writer.Written.ToArray();
    }

    /// <exception cref="ProtocolException">It is cut short.</exception>
    internal static RemoteLaunch Decode(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var number = reader.Int32();
        var folder = reader.Text();
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (var left = reader.Int32(); left > 0; left--)
        {
            variables[reader.Text() ?? throw new ProtocolException("a variable has no name")] = reader.Text();
        }

        return new RemoteLaunch(number, folder is TheirOwn ? null : folder, variables);
    }
}
