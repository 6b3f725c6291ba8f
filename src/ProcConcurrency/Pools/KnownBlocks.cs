using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>
/// What a pool's workers were told to run. A block that comes again, as in a loop, is neither collected nor encoded again as long as that
/// would give the same; one that gives the same as another is that one, so that workers needn't be told again.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="values">What is encoded with, for the pool's workers.</param>
internal sealed class KnownBlocks(ValueContext values)
{
    private const int MaxDefinitions = 64;

    // By its syntax tree, for each round of a loop makes another block of the same.
    private readonly ConditionalWeakTable<Ast, Known> _blocks = [];

    // Guards what follows.
    private readonly object _gate = new();
    private readonly Dictionary<string, TaskDefinition> _definitions = [];

    /// <summary>Gives a definition that is the same as an earlier one as that.</summary>
    internal TaskDefinition Intern(TaskDefinition definition)
    {
        var key = Convert.ToHexString(SHA256.HashData(definition.Content));
        lock (_gate)
        {
            if (_definitions.TryGetValue(key, out var known) && known.Failure is null)
            {
                return known;
            }

            if (_definitions.Count == MaxDefinitions)
            {
                _definitions.Clear();
            }

            return _definitions[key] = definition;
        }
    }

    /// <summary>Gives a block with what it needs; what its tasks run is <see cref="TaskBlock.Definition"/>.</summary>
    /// <param name="state">The caller's.</param>
    /// <param name="block">The block.</param>
    /// <param name="form">How tasks bring what the block gets.</param>
    /// <param name="mayLoad">See <see cref="PoolSetup.MayLoad"/>.</param>
    /// <param name="place">Where it runs; null where workers have a folder of their own.</param>
    /// <exception cref="CallerException">Something that it needs can't be taken along.</exception>
    internal TaskBlock Take(SessionState state, ScriptBlock block, TaskForm form, bool mayLoad, TaskPlace? place = null)
    {
        if (ModuleVariables.Of(block) is not null)
        {
            // Others of the same text have other values with them.
            var closed = new TaskBlock(state, values, block, null, form, mayLoad, place);
            closed.Definition = Intern(closed.Definition);
            return closed;
        }

        var circumstances = new Circumstances(state, block, form, place);
        if (_blocks.TryGetValue(block.Ast, out var known) && known.IsFor(circumstances, EngineInternals.Blocks.HomeOf(block, state), state))
        {
            return new TaskBlock(state, values, known.Definition);
        }

        var taken = new TaskBlock(state, values, block, null, form, mayLoad, place);
        taken.Definition = Intern(taken.Definition);
        if (taken.Findings is { } findings)
        {
            _blocks.AddOrUpdate(block.Ast, new Known(taken.Definition, circumstances, findings));
        }

        return taken;
    }

    /// <summary>What goes along with a block beside its own text and its commands.</summary>
    private sealed record Circumstances(TaskForm Form, TaskPlace? Place, PSLanguageMode LanguageMode, bool IsConstrained, string Culture, string UICulture)
    {
        internal Circumstances(SessionState state, ScriptBlock block, TaskForm form, TaskPlace? place)
            : this(form, place, state.LanguageMode, EngineInternals.Blocks.IsConstrained(block), CultureInfo.CurrentCulture.Name, CultureInfo.CurrentUICulture.Name)
        {
        }
    }

    private sealed record Known(TaskDefinition Definition, Circumstances Circumstances, CommandFindings Findings)
    {
        internal bool IsFor(Circumstances circumstances, SessionState home, SessionState state) =>
            Definition.Failure is null && Circumstances == circumstances && !CommandVisibility.IsRestricted(state)
            && Findings.Hold((name, command) => CommandSources.IsStill(home, state, name, command));
    }
}
