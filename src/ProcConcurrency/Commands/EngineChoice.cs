using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Scripts;

namespace ProcConcurrency.Commands;

/// <summary>Turns the parameters that say where and under what a child runs into a program to start; every mistake is an error here, before anything starts.</summary>
internal static class EngineChoice
{
    internal static LaunchSettings Settings(PSCmdlet cmdlet, string? enginePath, string? workingDirectory, IDictionary? environment) =>
        Jobs.LaunchPlan.Program(Engine(cmdlet, enginePath), Directory(cmdlet, workingDirectory), Variables(environment));

    /// <summary>The same for another machine, which finds program and folder itself.</summary>
    internal static LaunchSettings RemoteSettings(string? workingDirectory, IDictionary? environment) =>
        RemoteLaunch.Settings(workingDirectory, Variables(environment));

    private static Dictionary<string, string?> Variables(IDictionary? environment)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in environment ?? new Hashtable())
        {
            var name = $"{entry.Key}";
            var value = entry.Value is null ? null : LanguagePrimitives.ConvertTo<string>(entry.Value);
            if (name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0 || value?.Contains('\0', StringComparison.Ordinal) == true)
            {
                throw Errors.InvalidEnvironment(name.Replace('\0', '\uFFFD'));
            }

            variables[name] = value;
        }

        return variables;
    }

    /// <summary>The child's folder as a path on the drive Temp:, the only one beside the system's own that each session has; null where it is on another.</summary>
    internal static string? Location(PSCmdlet cmdlet, string? workingDirectory)
    {
        var path = cmdlet.SessionState.Path;
        var folder = path.GetUnresolvedProviderPathFromPSPath(workingDirectory ?? path.CurrentFileSystemLocation.Path, out _, out var drive);
        return drive is { Name: "Temp" } ? $"Temp:{Path.DirectorySeparatorChar}{Path.GetRelativePath(drive.Root, folder)}" : null;
    }

    /// <summary>Reads a script file, so that a missing or broken one is an error of the caller's.</summary>
    internal static ScriptBlock ReadScript(PSCmdlet cmdlet, string path)
    {
        var file = Resolve(cmdlet, path);
        if (file is null || !File.Exists(file))
        {
            throw Errors.FileNotFound(path, cmdlet.SessionState.InvokeCommand.GetCommand(path, CommandTypes.Application) is not null);
        }

        if (IsBinary(file))
        {
            throw Errors.NotAScript(path);
        }

        var ast = Parser.ParseFile(file, out _, out var errors);
        return errors.Length == 0 ? ast.GetScriptBlock() : throw Errors.ParseFailed(new ParseException(errors), path);
    }

    /// <summary>Whether a file is a program, an archive or the like: its first bytes hold a zero, which no text but UTF-16's and UTF-32's has.</summary>
    private static bool IsBinary(string file)
    {
        Span<byte> first = stackalloc byte[1024];
        using var stream = File.OpenRead(file);
        first = first[..stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        var isWideText = first.StartsWith<byte>([0xFF, 0xFE]) || first.StartsWith<byte>([0xFE, 0xFF]) || first.StartsWith<byte>([0, 0, 0xFE, 0xFF]);
        return first.Contains((byte)0) && !isWideText;
    }

    private static string Engine(PSCmdlet cmdlet, string? enginePath)
    {
        try
        {
            var home = cmdlet.SessionState.PSVariable.GetValue("PSHOME") as string;
            return new EngineLocator(home).Find(enginePath is null ? null : Program(cmdlet, enginePath));
        }
        catch (EngineNotFoundException error)
        {
            throw Errors.EngineNotFound(error, enginePath);
        }
    }

    /// <summary>A file, where it is one or has a folder's name before it; else a program's bare name.</summary>
    private static string Program(PSCmdlet cmdlet, string path) =>
        Resolve(cmdlet, path) is { } file && (File.Exists(file) || path.AsSpan().IndexOfAny('/', Path.DirectorySeparatorChar) >= 0) ? file : path;

    /// <summary>A folder that is there, as the system's path.</summary>
    /// <param name="cmdlet">Whose session's location counts.</param>
    /// <param name="path">A path of PowerShell's; null for the location.</param>
    /// <exception cref="CallerException">There is none.</exception>
    internal static string Directory(PSCmdlet cmdlet, string? path)
    {
        var directory = path is null
            ? cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath
            : Resolve(cmdlet, path);
        return System.IO.Directory.Exists(directory) ? directory : throw Errors.WorkingDirectoryNotFound(path ?? $"{directory}");
    }

    /// <summary>A path of the file system; null where its drive is none.</summary>
    private static string? Resolve(PSCmdlet cmdlet, string path)
    {
        try
        {
            return cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
        }
        catch (Exception error) when (error is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            return null;
        }
    }
}
