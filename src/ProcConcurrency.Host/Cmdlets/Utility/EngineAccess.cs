using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Every engine member that the real cmdlets reach as friends of the engine, in one place.</summary>
internal static class EngineAccess
{
    private const string Of = ", System.Management.Automation";
    private const string Session = "System.Management.Automation.SessionStateInternal" + Of;
    private const string Context = "System.Management.Automation.ExecutionContext" + Of;
    private const string Runtime = "System.Management.Automation.MshCommandRuntime" + Of;
    private const string Format = "Microsoft.PowerShell.Commands.Internal.Format.";
    private const string OutputManager = Format + "OutputManagerInner" + Of;
    private const string Lines = Format + "LineOutput" + Of;

    // The field's type is internal, and an accessor cannot return a reference to such a field.
    private static readonly FieldInfo Implementation =
        typeof(FrontEndCommandBase).GetField("implementation", BindingFlags.NonPublic | BindingFlags.Instance)!;

    private static readonly Type ShapeCommand = Engine(Format + "InnerFormatShapeCommand");

    internal static void ShapeAs(FrontEndCommandBase command, string shape)
    {
        var named = Enum.Parse(Engine(Format + "FormatShape"), shape);
        var inner = Activator.CreateInstance(ShapeCommand, BindingFlags.NonPublic | BindingFlags.Instance, null, [named], null);
        Implementation.SetValue(command, inner);
    }

    internal static void UseOutputManager(FrontEndCommandBase command) => Implementation.SetValue(command, NewOutputManager());

    internal static void WriteLinesTo(FrontEndCommandBase command, TextWriter writer, int columns, bool suppressNewline = false) =>
        SetLineOutput(Implementation.GetValue(command)!, NewLineOutput(writer, columns, suppressNewline));

    /// <summary>Gives a Format-Wide what its engine base class has no parameter for.</summary>
    internal static void SetWide(FrontEndCommandBase command, object parameters, int? columns, bool? autoSize)
    {
        const BindingFlags Any = BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance;
        var wide = Activator.CreateInstance(Engine(Format + "WideSpecificParameters"), nonPublic: true)!;
        if (columns is { } count)
        {
            wide.GetType().GetField("columns", Any)!.SetValue(wide, (int?)count);
        }

        var type = parameters.GetType();
        type.GetField("shapeParameters", Any)!.SetValue(parameters, wide);
        if (autoSize is { } wanted)
        {
            type.GetField("autosize", Any)!.SetValue(parameters, (bool?)wanted);
        }

        var inner = Implementation.GetValue(command)!;
        ShapeCommand.GetMethod("SetCommandLineParameters", Any)!.Invoke(inner, [parameters]);
    }

    /// <summary>The exception that ends the commands before this one in the pipeline and leaves those behind it alone.</summary>
    internal static Exception StopUpstream(InternalCommand command) => (Exception)NewStopUpstream(command);

    internal static object? RuntimeOf(Cmdlet command) =>
        command.CommandRuntime is { } runtime && runtime.GetType().Name == "MshCommandRuntime" ? runtime : null;

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetInvocationInfo")]
    internal static extern void SetInvocation(ErrorRecord record, InvocationInfo invocation);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_PreserveInvocationInfoOnce")]
    internal static extern void PreserveInvocationOnce(ErrorRecord record, bool value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetInvocationInfo")]
    internal static extern void SetInvocation(InformationalRecord record, InvocationInfo invocation);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "WriteDebug")]
    internal static extern void WriteDebug([UnsafeAccessorType(Runtime)] object runtime, DebugRecord record, bool overrideInquire);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "WriteVerbose")]
    internal static extern void WriteVerbose([UnsafeAccessorType(Runtime)] object runtime, VerboseRecord record, bool overrideInquire);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "WriteWarning")]
    internal static extern void WriteWarning([UnsafeAccessorType(Runtime)] object runtime, WarningRecord record, bool overrideInquire);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Internal")]
    [return: UnsafeAccessorType(Session)]
    internal static extern object SessionOf(SessionState state);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Context")]
    [return: UnsafeAccessorType(Context)]
    internal static extern object ContextOf(InternalCommand command);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetVariableTable")]
    internal static extern IDictionary<string, PSVariable> Variables([UnsafeAccessorType(Session)] object session);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetVariableTableAtScope")]
    internal static extern IDictionary<string, PSVariable> VariablesAt([UnsafeAccessorType(Session)] object session, string scope);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetVariableAtScope")]
    internal static extern PSVariable? VariableAt([UnsafeAccessorType(Session)] object session, string name, string scope);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetVariable")]
    internal static extern object SetVariable(
        [UnsafeAccessorType(Session)] object session, PSVariable variable, bool force, CommandOrigin origin);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetVariableAtScope")]
    internal static extern object SetVariableAt(
        [UnsafeAccessorType(Session)] object session, PSVariable variable, string scope, bool force, CommandOrigin origin);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "NewVariable")]
    internal static extern object NewVariable([UnsafeAccessorType(Session)] object session, PSVariable variable, bool force);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "NewVariableAtScope")]
    internal static extern object NewVariableAt(
        [UnsafeAccessorType(Session)] object session, PSVariable variable, string scope, bool force);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "RemoveVariable")]
    internal static extern void RemoveVariable([UnsafeAccessorType(Session)] object session, PSVariable variable, bool force);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "RemoveVariableAtScope")]
    internal static extern void RemoveVariableAt(
        [UnsafeAccessorType(Session)] object session, PSVariable variable, string scope, bool force);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetAliasTable")]
    internal static extern IDictionary<string, AliasInfo> Aliases([UnsafeAccessorType(Session)] object session);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetAliasTableAtScope")]
    internal static extern IDictionary<string, AliasInfo> AliasesAt([UnsafeAccessorType(Session)] object session, string scope);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetAliasItem")]
    internal static extern AliasInfo SetAlias(
        [UnsafeAccessorType(Session)] object session, AliasInfo alias, bool force, CommandOrigin origin);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetAliasItemAtScope")]
    internal static extern AliasInfo SetAliasAt(
        [UnsafeAccessorType(Session)] object session, AliasInfo alias, string scope, bool force, CommandOrigin origin);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    internal static extern AliasInfo NewAlias(
        string name, string definition, [UnsafeAccessorType(Context)] object context, ScopedItemOptions options);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetCommandLineParameters")]
    [return: UnsafeAccessorType(Format + "FormattingCommandLineParameters" + Of)]
    internal static extern object FormatParameters(OuterFormatTableAndListBase command);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(OutputManager)]
    private static extern object NewOutputManager();

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(Format + "TextWriterLineOutput" + Of)]
    private static extern object NewLineOutput(TextWriter writer, int columns, bool suppressNewline);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_LineOutput")]
    private static extern void SetLineOutput([UnsafeAccessorType(OutputManager)] object manager, [UnsafeAccessorType(Lines)] object lines);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType("System.Management.Automation.StopUpstreamCommandsException" + Of)]
    private static extern object NewStopUpstream(InternalCommand command);

    private static Type Engine(string name) => typeof(PSObject).Assembly.GetType(name, throwOnError: true)!;
}
