namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// What becomes of a call whose answer doesn't come: the hub's process may be stopped (SIGSTOP, a debugger), and yet the caller's time
/// limit and Ctrl-C have to hold.
/// <code>
/// time is up -> withdrawn, where nothing of the request has gone         -> Outcome
///            -> Cancel -> the hub answers soon, as nearly always         -> its answer
///                      -> it doesn't: the caller leaves                  -> Outcome ... the answer, some day -> Undo
/// </code>
/// </summary>
/// <param name="Outcome">Writes what the caller gets whose time is up: the hub's answer to one that got nothing. Null where it can't do without the answer.</param>
/// <param name="Undo">Gives back what the answer brings that came too late. On a thread of the port's, as the caller that asked.</param>
/// <param name="Withdrawn">Told where the request was withdrawn, and no answer will come.</param>
/// <param name="Refused">Told where the hub's answer is a fault, and the caller doesn't hear of it.</param>
internal sealed record LateAnswer(Action<PayloadWriter>? Outcome, Action<HubReply> Undo, Action? Withdrawn = null, Action? Refused = null)
{
    /// <summary>For a question that changes nothing: the caller whose time is up gets a <see cref="TimeoutException"/>.</summary>
    internal static LateAnswer Failing { get; } = new(static _ => throw new TimeoutException("The hub did not answer in time."), static _ => { });
}
