namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// What callers of this process have entered and not left, as far as this process knows: so that the end of a caller which
/// holds nothing, as nearly all do, asks no hub.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public static class CallerHoldings
{
    // Guards s_entered.
    private static readonly object s_gate = new();
    private static readonly Dictionary<Holding, Times> s_entered = [];

    /// <summary>A caller has ended: whatever it still holds, in any hub, is free for others.</summary>
    /// <param name="caller">Its number, as <see cref="HubEnvironment.Caller"/> gave it.</param>
    /// <returns>A sentence for each that was still held.</returns>
    public static IReadOnlyList<string> End(int caller)
    {
        HubPort[] ports;
        lock (s_gate)
        {
            if (s_entered.Count == 0)
            {
                return [];
            }

            var left = s_entered.Keys.Where(entered => entered.Caller == caller).ToArray();
            ports = [.. left.Select(static entered => entered.Port).Distinct()];
            Array.ForEach(left, static entered => s_entered.Remove(entered));
        }

        return [.. ports.SelectMany(port => port.EndCaller(caller))];
    }

    internal static void Entered(ProcObject item) => Add(item, 1);

    internal static void Left(ProcObject item, int count) => Add(item, -count);

    private static void Add(ProcObject item, int count)
    {
        var key = new Holding(HubEnvironment.Caller(), item.Port, item.Id);
        lock (s_gate)
        {
            if (!s_entered.TryGetValue(key, out var times) && count > 0)
            {
                s_entered.Add(key, times = new Times());
            }

            if (times is not null && (times.Count += count) <= 0)
            {
                s_entered.Remove(key);
            }
        }
    }

    private sealed record Holding(int Caller, HubPort Port, long Id);

    private sealed class Times
    {
        internal int Count { get; set; }
    }
}
