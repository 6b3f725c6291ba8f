using System.Diagnostics;

namespace ProcConcurrency.Runtime.Native;

/// <summary>What a process inherits from the one that starts it, beside environment and folder.</summary>
public static class Inheritance
{
    private static readonly string[] s_fields = ["Umask:", "Uid:", "Gid:", "Groups:", "Cap", "NoNewPrivs:", "Seccomp:", "Cpus_allowed:", "Mems_allowed:"];

    /// <summary>This process's own, in a form to be compared: priority, processors, limits, creation mask, user, groups, control group.</summary>
    public static string Describe()
    {
        using var self = Process.GetCurrentProcess();
        var text = $"{self.PriorityClass}\n";
        if (!OperatingSystem.IsLinux())
        {
            return OperatingSystem.IsWindows() ? $"{text}{self.ProcessorAffinity}" : text;
        }

        var status = File.ReadLines("/proc/self/status").Where(static line => s_fields.Any(field => line.StartsWith(field, StringComparison.Ordinal)));
        return string.Join('\n', [text, .. status, Read("limits"), Read("cgroup"), Read("oom_score_adj"), Nice()]);
    }

    /// <summary>Sets a variable for the process's native code too, which .NET keeps its own copy from.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value; null takes it away.</param>
    public static void SetNativeVariable(string name, string? value)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = value is null ? LibC.unsetenv(name) : LibC.setenv(name, value, 1);
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText($"/proc/self/{file}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    // The 17th field behind the name, which may hold anything but ends with the last bracket.
    private static string Nice()
    {
        var stat = Read("stat");
        return string.Join(' ', stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(16).Take(1));
    }
}
