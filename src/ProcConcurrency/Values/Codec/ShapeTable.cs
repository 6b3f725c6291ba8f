using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ProcConcurrency.Values;

/// <summary>The shapes a writer has defined in its present batch.</summary>
internal sealed class ShapeTable
{
    private readonly Dictionary<int, ObjectShape> _byHash = [];
    private readonly List<ObjectShape> _inOrder = [];
    private ObjectShape? _last;

    public int Count => _inOrder.Count;

    /// <summary>The number of the shape these names have, defining it if it is new.</summary>
    /// <returns>Whether it is new and its definition has to be written.</returns>
    public bool Define(Collection<string>? typeNames, ReadOnlySpan<PSMemberInfo> members, out ObjectShape shape)
    {
        if (_last is not null && _last.Fits(typeNames, members))
        {
            shape = _last;
            return false;
        }

        int hash = ObjectShape.Hash(typeNames, members);
        _byHash.TryGetValue(hash, out ObjectShape? known);
        for (ObjectShape? candidate = known; candidate is not null; candidate = candidate.Next)
        {
            if (candidate.Fits(typeNames, members))
            {
                _last = shape = candidate;
                return false;
            }
        }

        var names = new string[members.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = members[i].Name;
        }

        shape = new ObjectShape(typeNames is null ? [] : [.. typeNames], names) { Number = _inOrder.Count, Next = known };
        _byHash[hash] = shape;
        _inOrder.Add(shape);
        _last = shape;
        return true;
    }

    /// <summary>Forgets the shapes from <paramref name="count"/> on: the bytes that defined them were taken back.</summary>
    public void Truncate(int count)
    {
        if (count == _inOrder.Count)
        {
            return;
        }

        _last = null;
        _inOrder.RemoveRange(count, _inOrder.Count - count);
        _byHash.Clear();
        for (int i = 0; i < _inOrder.Count; i++)
        {
            ObjectShape old = _inOrder[i];
            int hash = HashOf(old);
            _byHash.TryGetValue(hash, out ObjectShape? next);
            var shape = new ObjectShape(old.TypeNames, old.Names) { Number = i, Next = next };
            _inOrder[i] = shape;
            _byHash[hash] = shape;
        }
    }

    private static int HashOf(ObjectShape shape)
    {
        var members = new PSMemberInfo[shape.Names.Length];
        for (int i = 0; i < members.Length; i++)
        {
            members[i] = new PSNoteProperty(shape.Names[i], null);
        }

        return ObjectShape.Hash(shape.TypeNames.Length == 0 ? null : new Collection<string>(shape.TypeNames), members);
    }
}
