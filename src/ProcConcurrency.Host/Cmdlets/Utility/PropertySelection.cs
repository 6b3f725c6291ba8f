using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>What Select-Object makes of one object by -Property, -ExcludeProperty and -ExpandProperty.</summary>
internal sealed class PropertySelection
{
    private readonly PSCmdlet _owner;
    private readonly PropertyTerm[] _terms;
    private readonly WildcardPattern[] _excluded;
    private readonly PSPropertyExpression? _expand;

    internal PropertySelection(PSCmdlet owner, object[]? property, string[]? exclude, string? expand)
    {
        _owner = owner;
        _excluded = [.. (exclude ?? []).Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase))];
        if (property is null or { Length: 0 } && _excluded.Length > 0)
        {
            property = ["*"];
        }

        _terms = PropertyTerm.Parse(owner, property);
        _expand = string.IsNullOrEmpty(expand) ? null : new PSPropertyExpression(expand);
    }

    internal IEnumerable<PSObject> Of(PSObject item)
    {
        if (_expand is not null)
        {
            return Expanded(item);
        }

        return _terms.Length == 0 ? [item] : [Reduced(item)];
    }

    private PSObject Reduced(PSObject item)
    {
        var result = new PSObject();
        foreach (var note in Notes(item))
        {
            if (result.Properties[note.Name] is null)
            {
                result.Properties.Add(note, preValidated: true);
            }
            else if (!note.Wild)
            {
                Report(item, "AlreadyExistingUserSpecifiedPropertyNoExpand", ErrorCategory.InvalidOperation,
                    $"The property cannot be processed because the property \"{note.Name}\" already exists.");
            }
        }

        var kind = item.BaseObject.GetType().ToString();
        result.TypeNames.Insert(0, "Selected." + kind);
        return result;
    }

    private IEnumerable<Note> Notes(PSObject item)
    {
        foreach (var term in _terms)
        {
            var wild = term.Expression.HasWildCardCharacters;
            var found = false;
            foreach (var (name, value, failure) in term.Read(item))
            {
                found = true;
                if (!_excluded.Any(pattern => pattern.IsMatch(name)))
                {
                    // A property that fails to compute is there, without a value.
                    yield return new Note(name, failure is null ? value : null, wild);
                }
            }

            if (!found && !wild && !_excluded.Any(pattern => pattern.IsMatch(term.Label)))
            {
                yield return new Note(term.Label, null, wild);
            }
        }
    }

    private List<PSObject> Expanded(PSObject item)
    {
        var results = new List<PSObject>();
        var found = _expand!.ResolveNames(item).SelectMany(name => name.GetValues(item)).ToArray();
        if (found.Length != 1)
        {
            var (id, message) = found.Length == 0
                ? ("ExpandPropertyNotFound", $"Property \"{_expand}\" cannot be found.")
                : ("MutlipleExpandProperties", $"Multiple properties match \"{_expand}\".");
            Report(item, id, ErrorCategory.InvalidArgument, message);
            return results;
        }

        if (found[0].Exception is { } failure)
        {
            _owner.WriteError(new ErrorRecord(failure, "PropertyEvaluationExpand", ErrorCategory.InvalidResult, item));
            return results;
        }

        foreach (var value in LanguagePrimitives.GetEnumerable(found[0].Result) ?? Single(found[0].Result))
        {
            if (value is not null)
            {
                results.Add(WithNotes(value, item));
            }
        }

        return results;
    }

    private PSObject WithNotes(object value, PSObject source)
    {
        var result = PSObject.AsPSObject(value);
        if (_terms.Length == 0)
        {
            return result;
        }

        // The notes belong to this output, not to the object inside the source.
        result = result.Copy();
        foreach (var note in Notes(source))
        {
            if (result.Properties[note.Name] is null)
            {
                result.Properties.Add(note, preValidated: true);
            }
            else
            {
                Report(source, "AlreadyExistingUserSpecifiedPropertyExpand", ErrorCategory.InvalidOperation,
                    $"The property cannot be processed because the property \"{note.Name}\" already exists.");
            }
        }

        return result;
    }

    private static object[] Single(object? value) => value is null ? [] : [value];

    private void Report(PSObject item, string id, ErrorCategory category, string message) =>
        _owner.WriteError(new ErrorRecord(new PSArgumentException(message), id, category, item));

    private sealed class Note(string name, object? value, bool wild) : PSNoteProperty(name, value)
    {
        internal bool Wild { get; } = wild;
    }
}
