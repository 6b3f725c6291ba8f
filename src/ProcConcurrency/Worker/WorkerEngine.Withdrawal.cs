using System.Management.Automation;
using System.Management.Automation.Language;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// What a pool's worker takes back when it turns to another block: that block's functions, aliases and values. Its types can't be
/// taken back; those that are there already, from the initialization or another block, are not made again, for they would be others.
/// </summary>
internal sealed partial class WorkerEngine
{
    // What takes things back, in the order of their coming.
    private readonly Stack<Action> _withdrawals = [];

    // The source of each type, by its name; the last, where several had that name.
    private readonly Dictionary<string, ScriptSource> _types = [];

    // What each is, where it is an enum.
    private readonly Dictionary<string, Type?> _enums = [];

    // Modules without a file that the initialization uses, by name.
    private readonly Dictionary<string, PSModuleInfo> _modules = [];
    private bool _isForGood = true;

    /// <summary>Takes back what isn't there for good: what was there before is there again.</summary>
    internal void Withdraw()
    {
        while (_withdrawals.TryPop(out var withdraw))
        {
            try
            {
                withdraw();
            }
            catch (Exception error) when (error is IContainsErrorRecord)
            {
                // A script has made it constant, or it could not be set in the first place, which its own call was told. It is
                // no error of the next call's.
            }
        }
    }

    /// <summary>Runs the definition of types, or of a function.</summary>
    private void Define(ScriptSource source, RecordSink sink)
    {
        var block = source.ToScriptBlock();
        var script = (ScriptBlockAst)block.Ast;
        var statements = script.EndBlock.Statements;
        foreach (var function in statements.OfType<FunctionDefinitionAst>())
        {
            Remember("function", function.Name);
        }

        // A module's types are only named.
        var types = script.UsingStatements.Any(static statement => statement.UsingStatementKind == UsingStatementKind.Module)
            ? script.FindAll(static node => node is TypeExpressionAst, searchNestedScriptBlocks: false).Select(static type => ((TypeExpressionAst)type).TypeName.Name).ToList()
            : statements.OfType<TypeDefinitionAst>().Select(static type => type.Name).ToList();
        if (types.Count > 0 && types.TrueForAll(type => _types.GetValueOrDefault(type) == source))
        {
            // The values that come are of the enums that the block names, though others have the same names: one that came with a value, say.
            foreach (var known in types.Select(type => _enums[type]).OfType<Type>())
            {
                ScriptEnums.Remember(known);
            }

            return;
        }

        DotSource(block, sink);
        foreach (var type in types)
        {
            _types[type] = source;
            _enums[type] = ScriptEnums.RememberNewest(type);
        }
    }

    private void SetFunction(string name, ScriptBlock block)
    {
        Remember("function", name);
        SetItem("function", name, block);
    }

    private void SetAlias(string name, string target)
    {
        Remember("alias", name);
        SetItem("alias", name, target);
    }

    private void SetVariable(string name, object? value)
    {
        if (!_isForGood)
        {
            var variables = _runspace.SessionStateProxy.PSVariable;
            var before = variables.Get($"global:{name}");
            var old = before?.Value;
            _withdrawals.Push(before is null ? () => variables.Remove($"global:{name}") : () => variables.Set($"global:{name}", old));
        }

        _runspace.SessionStateProxy.SetVariable(name, value);
    }

    /// <summary>What stands there now comes back, unless what takes its place is there for good.</summary>
    private void Remember(string drive, string name)
    {
        if (_isForGood)
        {
            return;
        }

        var items = _runspace.SessionStateProxy.InvokeProvider.Item;
        string[] path = [$"{drive}:\\{name}"];
        var before = items.Exists(path[0], force: true, literalPath: true)
            ? items.Get(path, force: true, literalPath: true).FirstOrDefault()?.BaseObject
            : null;
        _withdrawals.Push(before switch
        {
            FunctionInfo function when function.ScriptBlock is var block => () => SetItem(drive, name, block),
            AliasInfo alias when alias.Definition is var target => () => SetItem(drive, name, target),
            _ => () => items.Remove(path, recurse: false, force: true, literalPath: true),
        });
    }

    // By a literal path: a function's name may have any character.
    private void SetItem(string drive, string name, object value) =>
        _runspace.SessionStateProxy.InvokeProvider.Item.Set([$"{drive}:\\{name}"], value, force: true, literalPath: true);

    /// <summary>
    /// Sets a variable that a block has by its own name; <see cref="Withdraw"/> puts back what was there before, unless this is for good.
    /// </summary>
    private void SetOwnVariable(string name, object? value)
    {
        var known = _runspace.SessionStateProxy.PSVariable;
        if (_isForGood)
        {
            known.Set(name, value);
            return;
        }

        // A copy, for the engine sets the variable that is there to what it is given, and empties one that is removed.
        var before = known.Get(name) is { } there ? CopyOf(there) : null;
        _withdrawals.Push(before is null ? () => known.Remove(name) : () => known.Set(before));

        // Without the attributes: the value need not be of the type that the other one had. That it is of all scopes can't be taken off.
        known.Set(new PSVariable(name, value, before?.Options ?? ScopedItemOptions.None));
    }

    private static PSVariable CopyOf(PSVariable variable)
    {
        var copy = new PSVariable(variable.Name, variable.Value, variable.Options) { Description = variable.Description };
        foreach (var attribute in variable.Attributes)
        {
            copy.Attributes.Add(attribute);
        }

        return copy;
    }
}
