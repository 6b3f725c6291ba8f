using System.Globalization;
using System.Text;

namespace ProcConcurrency.Values;

// The containers that are being written or read. Their number is bounded on both sides. The writer knows them besides: so it
// cuts cycles, and names the place of what it refuses.
internal sealed partial class ValueWriter
{
    private readonly Level[] _levels = new Level[ValueLimits.Depth];
    private int _depth;

    private struct Level
    {
        public object? Container;
        public string? Name;
        public int Index;

        // Its number among those that are linked.
        public int Number;
        public bool IsCut;
    }

    /// <summary>Opens a container; false if it was cut instead, or written before, and something was written in its place.</summary>
    /// <param name="container">The container.</param>
    /// <param name="identity">What is the same when it is reached again, where that is something else.</param>
    /// <param name="isAnnotated">Whether it is written with notes, and so is not what it is without.</param>
    private bool TryEnter(object container, object? identity = null, bool isAnnotated = false)
    {
        Place place = _links is null ? default : new Place(identity ?? container, _bagDepth > 0, isAnnotated);
        if (_links is null)
        {
            if (++_copies > CopiesAtMost)
            {
                throw new ManyCopiesException();
            }
        }
        else if (TryWriteLink(place))
        {
            return false;
        }

        if (_depth == ValueLimits.Depth)
        {
            // Not its ToString: that walks down the very nesting that is being cut.
            WriteCut(container);
            return false;
        }

        for (int i = _depth - 1; i >= 0; i--)
        {
            if (ReferenceEquals(_levels[i].Container, container))
            {
                WriteTag(ValueTag.Null);
                return false;
            }
        }

        ref Level level = ref _levels[_depth++];
        level.Container = container;
        level.Name = null;
        level.Index = -1;
        if (_links is not null)
        {
            level.Number = Link(place);

            // Of the last there is, elements may be cut, and it may be of a lesser kind for that.
            level.IsCut = _depth == ValueLimits.Depth;
        }

        return true;
    }

    private void Leave()
    {
        ref Level level = ref _levels[--_depth];
        if (level.IsCut)
        {
            LeaveCut(level.Number);
        }

        level = default;
    }

    /// <summary>Writes what stands for a container that is nested too deep.</summary>
    private void WriteCut(object container)
    {
        _levels[_depth - 1].IsCut = _links is not null;
        WriteString(container.GetType().ToString());
    }

    private void WriteElement(object? element, int index)
    {
        _levels[_depth - 1].Index = index;
        WriteValue(element);
    }

    private void WriteNamed(object? value, string name)
    {
        _levels[_depth - 1].Name = name;
        WriteValue(value);
    }

    /// <summary>Drops the references a failed write left behind.</summary>
    private void ClearPath()
    {
        for (; _depth > 0; _depth--)
        {
            _levels[_depth - 1] = default;
        }
    }

    private string CurrentPath()
    {
        int first = PartNames is not null && _depth > 0 && _levels[0].Index >= 0 ? 1 : 0;
        var path = new StringBuilder(first == 0 ? RootName : PartNames![_levels[0].Index]);
        for (int i = first; i < _depth; i++)
        {
            if (_levels[i].Name is { } name)
            {
                path.Append('.').Append(name);
            }
            else if (_levels[i].Index >= 0)
            {
                path.Append(CultureInfo.InvariantCulture, $"[{_levels[i].Index}]");
            }
        }

        return path.ToString();
    }

    private ValueNotSerializableException Refuse(object value, string reason) =>
        new(CurrentPath(), value.GetType().FullName ?? value.GetType().Name, reason);
}

internal ref partial struct ValueReader
{
    /// <summary>Opens a container; its number is for <see cref="Know"/>.</summary>
    private int Enter()
    {
        if (++_depth > ValueLimits.Depth)
        {
            Fail($"nested deeper than {ValueLimits.Depth}.");
        }

        _links?.Add(null);
        return _links is null ? 0 : _links.Count - 1;
    }

    private void Leave() => _depth--;
}
