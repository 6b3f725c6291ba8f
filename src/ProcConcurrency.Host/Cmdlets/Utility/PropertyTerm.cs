using System.Collections;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>One item of a -Property argument: a name, a wildcard, a script block or a table of these.</summary>
internal sealed class PropertyTerm
{
    private static readonly string[] NameKeys = ["name", "label"];
    private static readonly string[] OrderKeys = ["descending", "ascending"];

    private PropertyTerm(PSPropertyExpression expression) => Expression = expression;

    internal PSPropertyExpression Expression { get; }

    internal string? Name { get; private set; }

    internal bool? Descending { get; private set; }

    internal string Label => Name ?? Expression.ToString();

    internal static PropertyTerm[] Parse(PSCmdlet owner, object[]? items, bool named = true, bool ordered = false) =>
        items is null ? [] : [.. items.Where(item => item is not null).Select(item => Parse(owner, Bare(item), named, ordered))];

    /// <summary>The values of this term for one object: none when it has no such property.</summary>
    internal IEnumerable<(string Name, object? Value, Exception? Failure)> Read(PSObject target)
    {
        foreach (var resolved in Expression.ResolveNames(target))
        {
            var values = resolved.GetValues(target);
            if (values.Count > 0)
            {
                yield return (Name ?? resolved.ToString(), values[0].Result, values[0].Exception);
            }
        }
    }

    /// <summary>Whether the object has the property, and its (first) value; a failing script block has none.</summary>
    internal bool TryRead(PSObject target, out object? value)
    {
        foreach (var (_, found, failure) in Read(target))
        {
            value = found;
            return failure is null;
        }

        value = null;
        return false;
    }

    private static object Bare(object item) => item is PSObject wrapped ? wrapped.BaseObject : item;

    private static PropertyTerm Parse(PSCmdlet owner, object item, bool named, bool ordered)
    {
        switch (item)
        {
            case ScriptBlock script:
                return new PropertyTerm(new PSPropertyExpression(script));
            case IDictionary table:
                return FromTable(owner, table, named, ordered);
            default:
                var text = LanguagePrimitives.ConvertTo<string>(item);
                if (string.IsNullOrEmpty(text))
                {
                    Refuse(owner, "ExpressionEmptyString1", "A property name cannot be empty.", item);
                }

                return new PropertyTerm(new PSPropertyExpression(text));
        }
    }

    private static PropertyTerm FromTable(PSCmdlet owner, IDictionary table, bool named, bool ordered)
    {
        PropertyTerm? term = null;
        string? name = null;
        bool? descending = null;
        foreach (DictionaryEntry entry in table)
        {
            var key = entry.Key as string ?? "";
            if (Abbreviates(key, "expression") && entry.Value is not null)
            {
                term = Parse(owner, Bare(entry.Value), named, ordered);
            }
            else if (named && NameKeys.Any(full => Abbreviates(key, full)))
            {
                name = LanguagePrimitives.ConvertTo<string>(entry.Value);
            }
            else if (ordered && OrderKeys.Any(full => Abbreviates(key, full)))
            {
                descending = LanguagePrimitives.IsTrue(entry.Value) == Abbreviates(key, "descending");
            }
            else
            {
                Refuse(owner, "DictionaryKeyUnknown", $"The key '{key}' is not valid here.", table);
            }
        }

        if (term is null && name is not null)
        {
            term = new PropertyTerm(new PSPropertyExpression(name));
        }

        if (term is null)
        {
            Refuse(owner, "DictionaryKeyMissing", "The table has no 'Expression' key.", table);
        }

        term!.Name = name;
        term.Descending = descending;
        return term;
    }

    private static bool Abbreviates(string key, string full) =>
        key.Length > 0 && full.StartsWith(key, StringComparison.OrdinalIgnoreCase);

    private static void Refuse(PSCmdlet owner, string id, string message, object target) =>
        owner.ThrowTerminatingError(new ErrorRecord(new PSArgumentException(message), id, ErrorCategory.InvalidArgument, target));
}
