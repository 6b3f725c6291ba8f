using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Commands.Binding;

/// <summary>What the parameters of this module's types and of enums expect, in words.</summary>
internal static class Expected
{
    private const int LongestText = 60;

    private static readonly Dictionary<Type, (string Noun, string Advice)> s_words = new()
    {
        [typeof(WaitTime)] = ("time", "give seconds, such as 1.5, a TimeSpan, or -1 for no limit"),
        [typeof(AuthKey)] = ("key", "give text, a SecureString or bytes"),
        [typeof(ChildProcessReference)] = ("child process", "give one of Start-ChildProcess or Get-ChildProcess, its name or its id"),
        [typeof(ChildProcessSource)] = ("child process", "give one of New-ChildProcess, its name, or an object with FilePath, Command, ScriptBlock or Type"),
        [typeof(ProcObjectReference)] = ("shared object", "give the object itself or its name; Get-ProcObject lists them"),
        [typeof(ProcPoolReference)] = ("pool", "give one of New-ProcPool or Get-ProcPool, or its name"),
        [typeof(ProcTaskReference)] = ("task", "give one of Submit-ProcTask or Get-ProcTask, its name or its job's id"),
        [typeof(PoolTaskState)] = ("state of a task", OneOf<PoolTaskState>()),
        [typeof(JobState)] = ("state of a job", OneOf<JobState>()),
        [typeof(ProcPipe)] = ("end of a pipe", "give one of New-ProcPipe, Connect-ProcPipe or Receive-ProcListener"),
        [typeof(ProcListener)] = ("listener", "give one of New-ProcListener"),
        [typeof(ProcManager)] = ("manager", "give one of Start-ProcManager or Connect-ProcManager"),
        [typeof(HaltLimit)] = ("limit of failures", "give Never, FirstError, a number such as 5, or a share such as 10%"),
        [typeof(HubObjectKind)] = ("kind of shared object", OneOf<HubObjectKind>()),
        [typeof(ScriptBlock)] = ("block", "give code in braces, such as { ./script.ps1 }"),
        [typeof(Type)] = ("type of number", "give byte, int16, int, long, single or double, then the length"),
        [typeof(QueueKind)] = ("kind of queue", OneOf<QueueKind>()),
    };

    /// <summary>Says that a value is no such thing, and what to give.</summary>
    /// <param name="type">A type of ours or an enum.</param>
    /// <param name="value">What was given.</param>
    /// <param name="advice">What to give; null for what is said of the type everywhere.</param>
    internal static string Message(Type type, object value, string? advice = null)
    {
        var (noun, usual) = s_words[type];
        return $"{(type == typeof(AuthKey) ? ByType(value) : Named(value))} is no {noun}: {advice ?? usual}.";
    }

    private static string Named(object value) => value switch
    {
        string text => $"'{(text.Length <= LongestText ? text : text[..LongestText] + "...")}'",
        ProcObject or ProcPipe or ProcListener or ChildProcess => $"{value}",
        _ when value.GetType().IsPrimitive => $"{value}",
        _ => ByType(value),
    };

    /// <summary>A key is never shown, nor is what might be meant as one.</summary>
    private static string ByType(object value)
    {
        if (value is IList list and not ProcObject)
        {
            return $"A list of {list.Count}";
        }

        var name = (value is PSObject bag ? bag.BaseObject : value).GetType().Name.Split('`')[0];
        return name[0] is 'A' or 'E' or 'I' or 'O' or 'U' ? $"An {name}" : $"A {name}";
    }

    private static string OneOf<T>() => $"give one of {string.Join(", ", Choices.Of(typeof(T)).Select(static choice => choice.Word))}";
}
