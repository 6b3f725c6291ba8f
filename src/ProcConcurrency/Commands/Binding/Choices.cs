using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Commands.Binding;

/// <summary>The words of parameters that have a few, and what each means.</summary>
internal static class Choices
{
    private static readonly Dictionary<Type, (string Word, string Meaning)[]> s_ofTypes = new()
    {
        [typeof(QueueKind)] =
        [
            (nameof(QueueKind.Fifo), "first in, first out"),
            (nameof(QueueKind.Lifo), "last in, first out"),
            (nameof(QueueKind.Priority), "the lowest -Priority of Send-ProcQueue first"),
        ],
        [typeof(HubObjectKind)] =
        [
            (nameof(HubObjectKind.Lock), "of New-ProcLock, plain or recursive"),
            (nameof(HubObjectKind.Semaphore), "of New-ProcSemaphore"),
            (nameof(HubObjectKind.Event), "of New-ProcEvent"),
            (nameof(HubObjectKind.Condition), "of New-ProcCondition"),
            (nameof(HubObjectKind.Barrier), "of New-ProcBarrier"),
            (nameof(HubObjectKind.Dictionary), "of New-ProcDictionary"),
            (nameof(HubObjectKind.List), "of New-ProcList"),
            (nameof(HubObjectKind.Value), "of New-ProcValue"),
            (nameof(HubObjectKind.Array), "of New-ProcArray"),
            (nameof(HubObjectKind.Queue), "of New-ProcQueue"),
            (nameof(HubObjectKind.Socket), "a socket on its way to another process"),
            (nameof(HubObjectKind.Pipe), "an end of New-ProcPipe"),
        ],
        [typeof(PoolTaskState)] =
        [
            (nameof(PoolTaskState.Queued), "waits for a worker, or for its next attempt"),
            (nameof(PoolTaskState.Sent), "a worker has it, and has not begun"),
            (nameof(PoolTaskState.Running), "a worker is at it"),
            (nameof(PoolTaskState.Done), "ended without an error"),
            (nameof(PoolTaskState.Failed), "wrote an error, took too long, or could not be run"),
            (nameof(PoolTaskState.Lost), "its worker died"),
            (nameof(PoolTaskState.Canceled), "was called off before it had ended"),
        ],

        // Those that a child can be in, of PowerShell's eleven.
        [typeof(JobState)] =
        [
            (nameof(JobState.NotStarted), "made, and not started"),
            (nameof(JobState.Running), "started, and not ended"),
            (nameof(JobState.Completed), "ended with exit code 0"),
            (nameof(JobState.Failed), "ended with another exit code, by a signal, or could not start"),
            (nameof(JobState.Stopped), "ended because it was stopped"),
        ],
        [typeof(Type)] =
        [
            ("byte", "0 to 255, 1 byte each"),
            ("int16", "-32,768 to 32,767, 2 bytes each"),
            ("int", "whole numbers of 4 bytes"),
            ("long", "whole numbers of 8 bytes"),
            ("single", "floating point, 7 digits, 4 bytes each"),
            ("double", "floating point, 15 digits, 8 bytes each"),
        ],
        [typeof(HaltLimit)] =
        [
            ("Never", "the run goes on, however many items fail"),
            ("FirstError", "the first item that fails ends the run"),
            ("10%", "the run ends when this share has failed; a number counts items"),
        ],
    };

    /// <summary>The words for one of this type, in their order.</summary>
    internal static IReadOnlyList<(string Word, string Meaning)> Of(Type type) => s_ofTypes[type];

    /// <summary>The completions of a word that was begun.</summary>
    internal static IEnumerable<CompletionResult> Complete(this IEnumerable<(string Word, string Meaning)> choices, string begun)
    {
        var word = begun.Trim('\'', '"');
        return choices.Where(choice => choice.Word.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(static choice => new CompletionResult(choice.Word, choice.Word, CompletionResultType.ParameterValue, choice.Meaning));
    }
}
