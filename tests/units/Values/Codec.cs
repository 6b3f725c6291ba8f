using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Values;

namespace ProcConcurrency.Units.Values;

/// <summary>What the value tests share: a round trip, and an equality that looks into values.</summary>
internal static class Codec
{
    public static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public static readonly ValueContext Keyed = new(Key);

    public static byte[] Encode(object? value) => ValueCodec.Encode(value, Keyed);

    public static object? Trip(object? value) => ValueCodec.Decode(Encode(value), Keyed);

    public static PSObject Custom(params (string Name, object? Value)[] properties)
    {
        var made = new PSObject();
        foreach ((string name, object? value) in properties)
        {
            made.Properties.Add(new PSNoteProperty(name, value));
        }

        return made;
    }

    public static object? Note(object? value, string name) => PSObject.AsPSObject(value).Properties[name]?.Value;

    public static bool Same(object? a, object? b)
    {
        if (a is null || b is null)
        {
            return a is null && b is null;
        }

        if (a is PSObject pa && b is PSObject pb && pa.BaseObject is PSCustomObject && pb.BaseObject is PSCustomObject)
        {
            return pa.TypeNames.SequenceEqual(pb.TypeNames)
                && pa.Properties.Select(p => p.Name).SequenceEqual(pb.Properties.Select(p => p.Name))
                && pa.Properties.All(p => Same(p.Value, pb.Properties[p.Name].Value));
        }

        if (a is PSObject { BaseObject: not PSCustomObject } na && b is PSObject nb)
        {
            return Same(na.BaseObject, nb.BaseObject) && na.TypeNames.SequenceEqual(nb.TypeNames)
                && na.Properties.OfType<PSNoteProperty>().All(p => Same(p.Value, nb.Properties[p.Name]?.Value));
        }

        if (a.GetType() != b.GetType())
        {
            return false;
        }

        return a switch
        {
            IDictionary da => b is IDictionary db && da.Count == db.Count && da.Keys.Cast<object>().All(k => db.Contains(k) && Same(da[k], db[k])),
            string => a.Equals(b),
            ErrorRecord ea => b is ErrorRecord eb && ea.FullyQualifiedErrorId == eb.FullyQualifiedErrorId && Same(ea.TargetObject, eb.TargetObject),
            InformationRecord ia => b is InformationRecord ib && ia.Source == ib.Source && Same(ia.MessageData, ib.MessageData),
            IEnumerable ea => ea.Cast<object?>().Zip(((IEnumerable)b).Cast<object?>()).All(p => Same(p.First, p.Second))
                && ea.Cast<object?>().Count() == ((IEnumerable)b).Cast<object?>().Count(),
            DateTime ta => b is DateTime tb && ta == tb && ta.Kind == tb.Kind,
            _ => a.Equals(b),
        };
    }
}
