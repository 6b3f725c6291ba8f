using System.Collections;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProcConcurrency;

/// <summary>
/// What the module uses of PowerShell's engine beyond its reference assembly: members that are not public, and a few that are
/// newer. Each is named here once, and here alone; each says what is done where an engine lacks it. A group is looked up when it
/// is first used.
/// </summary>
internal static partial class EngineInternals
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.NonPublic;

    private static Type? Find(string type) => typeof(PSObject).Assembly.GetType(type, throwOnError: false);

    private static Func<TOwner, T>? Getter<TOwner, T>(string property) =>
        typeof(TOwner).GetProperty(property, Instance)?.GetMethod?.CreateDelegate(typeof(Func<TOwner, T>)) as Func<TOwner, T>;

    private static object? Get(object? owner, string property) => owner?.GetType().GetProperty(property, Instance)?.GetValue(owner);

    private static Action<TOwner, T>? Setter<TOwner, T>(string property) =>
        typeof(TOwner).GetProperty(property, Instance)?.SetMethod?.CreateDelegate(typeof(Action<TOwner, T>)) as Action<TOwner, T>;

    /// <summary>
    /// Short ways into a <see cref="PSObject"/>. Its public ways merge the type table (microseconds an object) or copy the type
    /// names into a process-wide table; these don't. An engine that lacks one is asked the public way.
    /// </summary>
    internal static class Objects
    {
        private static readonly Func<PSObject, Collection<string>>? s_typeNames = Getter<PSObject, Collection<string>>("InternalTypeNames");

        private static readonly Func<PSObject, PSMemberInfoCollection<PSMemberInfo>>? s_members =
            Getter<PSObject, PSMemberInfoCollection<PSMemberInfo>>("InstanceMembers");

        private static readonly FieldInfo? s_membersField = typeof(PSObject).GetField("_instanceMembers", Instance);

        private static readonly FieldInfo? s_memberTable = Find("System.Management.Automation.PSMemberInfoInternalCollection`1")
            ?.MakeGenericType(typeof(PSMemberInfo)).GetField("_members", Instance);

        private static readonly Action<PSObject, string>? s_setText = Setter<PSObject, string>("ToStringFromDeserialization");

        private static readonly Func<PSObject, string?>? s_text = Getter<PSObject, string?>("ToStringFromDeserialization");

        // Where the engine keeps what was added to an object, or how its types are called, for the next wrapper that it gets.
        private static readonly Func<object, bool>? s_keepsMembers = Keeps("s_instanceMembersResurrectionTable");

        private static readonly Func<object, bool>? s_keepsTypeNames = Keeps("s_typeNamesResurrectionTable");

        private static bool s_hasCapacity = true;

        /// <summary>
        /// Whether a process has one object for all that are the same: the engine keeps what is added to an object beside it, so that all would have it.
        /// </summary>
        internal static bool IsShared(object value) =>
            value is Type or DBNull or System.Text.Encoding or TimeZoneInfo or System.Globalization.CultureInfo { IsReadOnly: true } or Array { Length: 0 };

        /// <summary>The type names, not to be changed.</summary>
        internal static Collection<string> TypeNames(PSObject value) => s_typeNames is null ? value.TypeNames : s_typeNames(value);

        /// <summary>The members added to this object alone, or null if only the slow way would find them.</summary>
        internal static PSMemberInfoCollection<PSMemberInfo>? InstanceMembers(PSObject value) => s_members?.Invoke(value);

        /// <summary>The same members in the collection's own table, which enumerates without a copy; null if there is none. Lock it to read it.</summary>
        internal static OrderedDictionary? MemberTable(PSMemberInfoCollection<PSMemberInfo> members) =>
            s_memberTable?.DeclaringType == members.GetType() ? s_memberTable.GetValue(members) as OrderedDictionary : null;

        /// <summary>Whether <see cref="InstanceMembers"/> can give any; a question in vain leaves an entry in a table. Texts and numbers have theirs in their wrapper alone.</summary>
        internal static bool MayHaveInstanceMembers(PSObject value) =>
            s_membersField is null || s_membersField.GetValue(value) is not null
                || (value.BaseObject is var kept and not (string or ValueType) && s_keepsMembers?.Invoke(kept) == true);

        /// <summary>Whether an object without a wrapper may have members or type names that it would have in one.</summary>
        internal static bool MayHaveMore(object value) => s_keepsMembers?.Invoke(value) == true || s_keepsTypeNames?.Invoke(value) == true;

        /// <summary>The text that another process gave to it, or null.</summary>
        internal static string? Text(PSObject value) => s_text?.Invoke(value);

        /// <summary>Gives an object the text that its original had. Without it the object has the text of what it holds.</summary>
        internal static void SetText(PSObject value, string text) => s_setText?.Invoke(value, text);

        /// <summary>An empty custom object with room for properties; without the constructor the room is made as they are added.</summary>
        internal static PSObject Create(int properties)
        {
            if (s_hasCapacity)
            {
                try
                {
                    return CreateWithCapacity(properties);
                }
                catch (MissingMethodException)
                {
                    s_hasCapacity = false;
                }
            }

            return new PSObject();
        }

        private static Func<object, bool>? Keeps(string field) =>
            typeof(PSObject).GetField(field, BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null) is { } table
                && table.GetType() is { IsConstructedGenericType: true, GenericTypeArguments: [var key, var value] } type
                && key == typeof(object) && type.GetGenericTypeDefinition() == typeof(ConditionalWeakTable<,>)
            ? typeof(Objects).GetMethod(nameof(Has), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(value).CreateDelegate<Func<object, bool>>(table)
            : null;

        private static bool Has<TValue>(ConditionalWeakTable<object, TValue> table, object key)
            where TValue : class => table.TryGetValue(key, out _);

        // Public since PowerShell 7.0, but newer than the reference assembly.
        [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
        private static extern PSObject CreateWithCapacity(int instanceMemberCapacity);
    }

    /// <summary>Error records as remoting makes and writes them.</summary>
    internal static class Errors
    {
        private static readonly Action<ErrorRecord, bool>? s_preserve = Setter<ErrorRecord, bool>("PreserveInvocationInfoOnce");

        private static readonly Action<ErrorRecord, object?>? s_setTarget = typeof(ErrorRecord)
            .GetMethod("SetTargetObject", Instance, [typeof(object)])?.CreateDelegate(typeof(Action<ErrorRecord, object?>)) as Action<ErrorRecord, object?>;

        /// <summary>Makes an error of the note properties that remoting sends; null where an engine can't, and a plain record is made.</summary>
        internal static Func<PSObject, ErrorRecord>? FromRemoting { get; } = typeof(ErrorRecord)
            .GetMethod("FromPSObjectForRemoting", BindingFlags.Static | BindingFlags.NonPublic, [typeof(PSObject)])
            ?.CreateDelegate(typeof(Func<PSObject, ErrorRecord>)) as Func<PSObject, ErrorRecord>;

        /// <summary>
        /// Call before WriteError: the record keeps the position that it came with. Without it the record takes the position of the
        /// cmdlet that writes it.
        /// </summary>
        internal static ErrorRecord Preserve(ErrorRecord error)
        {
            s_preserve?.Invoke(error, true);
            return error;
        }

        /// <summary>Says of an error which input it is about. Without it the error stays as it came.</summary>
        internal static void SetTarget(ErrorRecord error, object? target) => s_setTarget?.Invoke(error, target);
    }

    /// <summary>Where in a script something happened. The public properties give the start only; without these an error underlines less.</summary>
    internal static class Positions
    {
        private static readonly Func<InvocationInfo, IScriptExtent>? s_extent = Getter<InvocationInfo, IScriptExtent>("ScriptPosition");

        /// <summary>What the engine takes for "no script at all"; anything else prints as a line 0.</summary>
        internal static IScriptExtent? None { get; } = Find("System.Management.Automation.Language.PositionUtilities")
            ?.GetProperty("EmptyExtent", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetValue(null) as IScriptExtent;

        internal static IScriptExtent? Of(InvocationInfo invocation) => s_extent?.Invoke(invocation) ?? invocation.DisplayScriptPosition;
    }

    /// <summary>
    /// What a script block keeps from where it was made: the language mode, for a block of a constrained session stays constrained wherever
    /// it is called, and the session that its names are looked up in. In an engine that lacks them a block has those of its caller.
    /// </summary>
    internal static class Blocks
    {
        private static readonly PropertyInfo? s_session = typeof(ScriptBlock).GetProperty("SessionStateInternal", Instance);

        private static readonly PropertyInfo? s_mode = typeof(ScriptBlock).GetProperty("LanguageMode", Instance);

        /// <summary>Whether a block may do only what a constrained session may.</summary>
        internal static bool IsConstrained(ScriptBlock? block) =>
            block is not null && s_mode?.GetValue(block) is PSLanguageMode mode && mode != PSLanguageMode.FullLanguage;

        /// <summary>The session that a block was made in; the caller's for one that was made in none, or in another runspace.</summary>
        internal static SessionState HomeOf(ScriptBlock block, SessionState caller)
        {
            var (home, own) = (s_session?.GetValue(block), Get(caller, "Internal"));
            return home is null || home == own || Get(home, "ExecutionContext") != Get(own, "ExecutionContext")
                ? caller
                : Get(home, "PublicSessionState") as SessionState ?? caller;
        }

        /// <summary>
        /// Constrains a block. Nobody else may have this block: the engine caches those of <see cref="ScriptBlock.Create"/> by their
        /// text, so make it with the parser.
        /// </summary>
        internal static ScriptBlock Constrain(ScriptBlock block)
        {
            s_mode?.SetValue(block, PSLanguageMode.ConstrainedLanguage);
            return block;
        }
    }

    /// <summary>
    /// The <c>exit</c> of a script file, which ends the file alone. By $LASTEXITCODE it can't be told from a program that the file ran.
    /// In an engine that can't pass it on, as it does for <c>pwsh -File</c>, nobody hears of it.
    /// </summary>
    internal static class ScriptFiles
    {
        /// <summary>Lets the <c>exit</c> of the script file that is run next be one of the whole run.</summary>
        internal static void PassExitOn(Runspace runspace)
        {
            var context = Get(runspace, "ExecutionContext");
            context?.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", Instance)?.SetValue(context, true);
        }
    }

    /// <summary>What a wildcard pattern was made of. In an engine that lacks it patterns travel as property bags.</summary>
    internal static class Wildcards
    {
        private static readonly Func<WildcardPattern, string>? s_pattern = Getter<WildcardPattern, string>("Pattern");
        private static readonly Func<WildcardPattern, WildcardOptions>? s_options = Getter<WildcardPattern, WildcardOptions>("Options");

        internal static string? PatternOf(WildcardPattern value) => s_options is null ? null : s_pattern?.Invoke(value);

        internal static WildcardOptions OptionsOf(WildcardPattern value) => s_options?.Invoke(value) ?? WildcardOptions.None;
    }

    /// <summary>What was put before a command's noun when its module was imported; null in an engine that doesn't tell it.</summary>
    internal static class Commands
    {
        private static readonly PropertyInfo? s_prefix = typeof(CommandInfo).GetProperty("Prefix", Instance);

        internal static string? PrefixOf(CommandInfo command) => s_prefix?.GetValue(command) as string;
    }

    /// <summary>Types of the engine that the reference assembly doesn't have.</summary>
    internal static class Types
    {
        /// <summary>What Format-Table and its like write; null: nothing is taken for it.</summary>
        internal static Type? FormatData { get; } = Find("Microsoft.PowerShell.Commands.Internal.Format.FormatInfoData");

        /// <summary>[semver], which is public; of an engine without it a type that no value has.</summary>
        internal static Type SemanticVersion { get; } = Find("System.Management.Automation.SemanticVersion") ?? typeof(void);

        /// <summary>What ConvertFrom-Json -AsHashtable gives, which is public; null: there is none.</summary>
        internal static Type? OrderedHashtable { get; } = Find("System.Management.Automation.OrderedHashtable");

        /// <summary>What the engine compiles scripts with; null: its tables are made when they are needed.</summary>
        internal static Type? Compiler => Find("System.Management.Automation.Language.Compiler");

        /// <summary>How the name of a script's class goes on in that of the class beside it, which has its methods' trees.</summary>
        internal const string HelperSuffix = "_<staticHelpers>";

        /// <summary>The file of the script that an assembly of classes was made for; null where it has none, or the engine doesn't say.</summary>
        internal static string? FileOf(Assembly assembly) =>
            typeof(DynamicClassImplementationAssemblyAttribute).GetProperty("ScriptFile")
                ?.GetValue(assembly.GetCustomAttribute<DynamicClassImplementationAssemblyAttribute>()) as string;

        /// <summary>The script in which a class or enum was defined; null where the engine doesn't say, and the type's source stays behind.</summary>
        internal static Ast? AstOf(Type type)
        {
            const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
            foreach (var field in type.Assembly.GetType(type.FullName + HelperSuffix)?.GetFields(Any) ?? [])
            {
                if (field.IsStatic && field.GetValue(null) is { } wrapper
                    && wrapper.GetType().GetField("_ast", Any)?.GetValue(wrapper) is Ast { Parent: not null } ast)
                {
                    return ast;
                }
            }

            return null;
        }
    }
}
