namespace ProcConcurrency.Runtime.Native;

/// <summary>A program to start.</summary>
/// <param name="FileName">Its absolute path.</param>
/// <param name="Arguments">Its arguments, without its own name.</param>
/// <param name="WorkingDirectory">An existing directory.</param>
/// <param name="Environment">Changes to this process's environment: a null value takes a variable away.</param>
public sealed record LaunchSettings(
    string FileName,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>
    /// Its channel is its standard input and output, and only what it writes to its standard error is its output: for a program that
    /// isn't ours, such as ssh.
    /// </summary>
    internal bool HasStandardChannel { get; init; }

    /// <summary>
    /// It can't reach the terminal that this process has, not even by its name: what asks there, or is about to be stopped for asking, gets
    /// an error at once. On Windows it means nothing: a console is one for all.
    /// </summary>
    internal bool HasNoTerminal { get; init; }

    /// <summary>
    /// Stands in arguments and variables where the child's end of the channel is to be named: some systems know its name only
    /// when the process is made. No path has these characters on Windows, and none is likely to elsewhere.
    /// </summary>
    public const string EndpointToken = "<proc-concurrency-endpoint>";

    /// <summary>The same with the channel's name in its arguments and variables.</summary>
    internal LaunchSettings At(string endpoint)
    {
        var environment = new Dictionary<string, string?>();
        foreach (var (name, value) in Environment)
        {
            environment.Add(name, value?.Replace(EndpointToken, endpoint, StringComparison.Ordinal));
        }

        return this with
        {
            Arguments = [.. Arguments.Select(argument => argument.Replace(EndpointToken, endpoint, StringComparison.Ordinal))],
            Environment = environment,
        };
    }
}

/// <summary>A program could not be started; nothing was left behind.</summary>
public sealed class ProcessStartException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="fileName">The program.</param>
    /// <param name="reason">The operating system's words.</param>
    /// <param name="inner">What was thrown for it; may be null.</param>
    public ProcessStartException(string fileName, string reason, Exception? inner = null)
        : base($"'{fileName}' could not be started: {reason}.", inner)
    {
        FileName = fileName;
    }

    /// <summary>The program that was to be started.</summary>
    public string FileName { get; }
}
