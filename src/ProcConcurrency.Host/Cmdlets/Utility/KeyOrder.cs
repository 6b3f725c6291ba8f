namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Orders keyed objects by each key in turn; an absent property comes last, whatever the direction.</summary>
internal sealed class KeyOrder(ValueOrder values, bool[] descending) : IComparer<KeyedObject>
{
    /// <inheritdoc/>
    public int Compare(KeyedObject? x, KeyedObject? y)
    {
        for (var i = 0; i < x!.Keys.Length; i++)
        {
            var order = Compare(x, y!, i);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private int Compare(KeyedObject x, KeyedObject y, int key)
    {
        if (!x.Present[key] || !y.Present[key])
        {
            return (x.Present[key] ? 0 : 1) - (y.Present[key] ? 0 : 1);
        }

        var order = values.Compare(x.Keys[key], y.Keys[key]);
        return descending[key] ? -order : order;
    }
}
