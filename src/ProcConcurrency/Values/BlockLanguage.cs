using System.Management.Automation;
using System.Reflection;

namespace ProcConcurrency.Values;

/// <summary>
/// The language mode that a script block keeps from where it was made: one of a constrained session stays constrained wherever it is
/// called. The engine has it, but not in public; where a version lacks it, a block has the mode of who calls it.
/// </summary>
internal static class BlockLanguage
{
    private static readonly PropertyInfo? s_mode = typeof(ScriptBlock).GetProperty("LanguageMode", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>Whether a block may do only what a constrained session may.</summary>
    internal static bool IsConstrained(ScriptBlock? block) =>
        block is not null && s_mode?.GetValue(block) is PSLanguageMode mode && mode != PSLanguageMode.FullLanguage;

    /// <summary>Makes a block so. It must be nobody else's: the engine keeps blocks that <see cref="ScriptBlock.Create"/> has made, by their text.</summary>
    internal static ScriptBlock Constrain(ScriptBlock block)
    {
        s_mode?.SetValue(block, PSLanguageMode.ConstrainedLanguage);
        return block;
    }
}
