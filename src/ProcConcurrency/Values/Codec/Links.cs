using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Values;

// A container is written as often as it is reached: that costs no memory, and almost all values have each once. But objects that are
// linked to one another have more paths than anybody can write. A value of that many containers is begun again, with links: each
// container once, and its number where it is reached again. Both sides number them by the order in which they begin.
internal sealed partial class ValueWriter
{
    // By what they are known, with their numbers, and the level from which on they are as whole as they would be there.
    private Dictionary<Place, (int Number, int Level)>? _links;
    private List<Place> _places = [];
    private int _copies;

    // What an annotation is about has the notes where it arrives: it is nobody else's.
    private bool _isNoted;

    /// <summary>How many containers a value may have before it is written with links.</summary>
    public int CopiesAtMost { get; init; } = ValueLimits.Copies;

    /// <summary>What a container is known by, and as what: within a bag, and with notes, the same one is written otherwise.</summary>
    private readonly struct Place(object container, bool isInBag, bool isAnnotated) : IEquatable<Place>
    {
        private readonly object _container = container;
        private readonly bool _isInBag = isInBag;
        private readonly bool _isAnnotated = isAnnotated;

        public bool Equals(Place other) =>
            ReferenceEquals(_container, other._container) && _isInBag == other._isInBag && _isAnnotated == other._isAnnotated;

        public override bool Equals([NotNullWhen(true)] object? obj) => obj is Place other && Equals(other);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(_container);
    }

    private sealed class ManyCopiesException : Exception;

    private void WriteWithLinks(object? value)
    {
        _links = [];
        try
        {
            WriteTag(ValueTag.Linked);
            WriteValue(value);
        }
        finally
        {
            // Not to be kept, with all that they hold, by a writer that is used again.
            _links = null;
            _places = [];
            _isNoted = false;
        }
    }

    private bool TryWriteLink(Place place)
    {
        if (_isNoted || !_links!.TryGetValue(place, out var link) || link.Level > _depth)
        {
            return false;
        }

        if (link.Level > 0)
        {
            _levels[_depth - 1].IsCut = true;
        }

        WriteTag(ValueTag.Link);
        WriteVar((uint)link.Number);
        return true;
    }

    private int Link(Place place)
    {
        int number = _places.Count;
        if (_isNoted)
        {
            _isNoted = false;
            place = default;
        }
        else
        {
            _links![place] = (number, 0);
        }

        _places.Add(place);
        return number;
    }

    /// <summary>Of what was cut below it, nearer to the root there is more to write.</summary>
    private void LeaveCut(int number)
    {
        if (_links!.TryGetValue(_places[number], out var link) && link.Number == number)
        {
            _links[_places[number]] = (number, _depth);
        }

        if (_depth > 0)
        {
            _levels[_depth - 1].IsCut = true;
        }
    }

    /// <summary>Forgets the links from <paramref name="count"/> on: the bytes were taken back.</summary>
    private void Unlink(int count)
    {
        for (int i = _places.Count - 1; i >= count; i--)
        {
            _links?.Remove(_places[i]);
        }

        _places.RemoveRange(count, _places.Count - count);
    }
}

internal ref partial struct ValueReader
{
    private object? ReadLinked()
    {
        if (_depth > 0 || _links is not null)
        {
            Fail("only a whole value has links.");
        }

        _links = [];
        object? value = ReadValue();
        _links = null;
        return value;
    }

    /// <summary>Notes what a container is, as soon as it is known.</summary>
    private readonly void Know(int number, object? value)
    {
        if (_links is not null)
        {
            _links[number] = value;
        }
    }

    private object? ReadLink()
    {
        uint number = ReadVar32();
        if (_links is null || number >= _links.Count)
        {
            Fail($"there is no container {number}.");
        }

        // Null where one contains itself that can only be made of its elements.
        return _links![(int)number];
    }
}
