using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace ProcConcurrency;

/// <content>A pipeline while it runs: where its steps write, that it is stopped, and what is called in it.</content>
internal static partial class EngineInternals
{
    /// <summary>
    /// The methods that write warnings, verbose and debug records as they are. Where an engine, or another host of cmdlets, lacks one,
    /// the caller writes the text.
    /// </summary>
    internal static class Streams
    {
        private const BindingFlags Call = Instance | BindingFlags.DoNotWrapExceptions;
        private static readonly Type? s_runtime = Find("System.Management.Automation.MshCommandRuntime");
        private static readonly MethodInfo? s_warning = Method("WriteWarning", typeof(WarningRecord));
        private static readonly MethodInfo? s_verbose = Method("WriteVerbose", typeof(VerboseRecord));
        private static readonly MethodInfo? s_debug = Method("WriteDebug", typeof(DebugRecord));

        // Where a cmdlet's errors go, whether that is where its output goes, and what marks a record as of the error stream.
        private static readonly PropertyInfo? s_merge = Property("ErrorMergeTo");
        private static readonly PropertyInfo? s_output = Property("OutputPipe");
        private static readonly PropertyInfo? s_errors = Property("ErrorOutputPipe");
        private static readonly MethodInfo? s_add = s_errors?.PropertyType.GetMethod("AddWithoutAppendingOutVarList", Instance);
        private static readonly PropertyInfo? s_stream = typeof(PSObject).GetProperty("WriteStream", Instance);
        private static readonly object? s_error = s_stream is null ? null : Enum.Parse(s_stream.PropertyType, "Error");

        /// <summary>Whether the record was written. What the caller's preference says is done, asking included: the second argument.</summary>
        internal static bool Write(Cmdlet cmdlet, InformationalRecord record) =>
            Invoke(cmdlet, record is WarningRecord ? s_warning : record is VerboseRecord ? s_verbose : s_debug, record, false);

        /// <summary>
        /// Whether a native command's line was written, to the error stream but as no error. The engine's own way to do so has lines that
        /// nobody redirects end on the standard output, among data.
        /// </summary>
        internal static bool WriteNativeLine(Cmdlet cmdlet, ErrorRecord line)
        {
            if (s_merge is null || s_output is null || s_errors is null || s_add is null || s_stream is null || !IsOfEngine(cmdlet))
            {
                return false;
            }

            if (cmdlet.Stopping)
            {
                throw new PipelineStoppedException();
            }

            var runtime = cmdlet.CommandRuntime;
            var isMerged = s_merge.GetValue(runtime)?.ToString() == "Output";
            var shown = new PSObject(line);
            if (!isMerged)
            {
                s_stream.SetValue(shown, s_error);
            }

            s_add.Invoke((isMerged ? s_output : s_errors).GetValue(runtime), Call, null, [shown], null);
            return true;
        }

        /// <summary>Whether a cmdlet writes to the engine's own streams, and so has these methods and <see cref="Property"/>.</summary>
        internal static bool IsOfEngine(Cmdlet cmdlet) => cmdlet.CommandRuntime.GetType() == s_runtime;

        /// <summary>What a cmdlet was called with: Verbose, IsVerboseFlagSet, VerbosePreference, and the same of Debug.</summary>
        internal static PropertyInfo? Property(string name) => s_runtime?.GetProperty(name, Instance);

        private static bool Invoke(Cmdlet cmdlet, MethodInfo? method, params object?[] arguments)
        {
            var isThere = method is not null && IsOfEngine(cmdlet);
            if (isThere)
            {
                method!.Invoke(cmdlet.CommandRuntime, Call, null, arguments, null);
            }

            return isThere;
        }

        private static MethodInfo? Method(string name, Type record) => s_runtime?.GetMethod(name, Instance, null, [record, typeof(bool)], null);
    }

    /// <summary>The pipeline that runs on this thread. In an engine that lacks it a method that waits can't be stopped.</summary>
    internal static class Pipelines
    {
        private static readonly MethodInfo? s_running = typeof(Runspace).GetMethod("GetCurrentlyRunningPipeline", Instance);

        /// <summary>The event of such a pipeline that says that its state has changed.</summary>
        internal static EventInfo? StateChanged { get; } = s_running?.ReturnType.GetEvent("StateChanged");

        internal static object? Running() => Runspace.DefaultRunspace is { } runspace ? s_running?.Invoke(runspace, null) : null;

        internal static bool IsStopping(object pipeline)
        {
            var info = pipeline.GetType().GetProperty("PipelineStateInfo")?.GetValue(pipeline);
            return info?.GetType().GetProperty("State")?.GetValue(info)?.ToString() is "Stopping" or "Stopped";
        }

        /// <summary>Whether the engine ends its scripts for that: not within a <c>finally</c>. True where the engine doesn't tell.</summary>
        internal static bool EndsScripts(object pipeline) => Get(pipeline, "IsStopping") is not false;

        /// <summary>Whether one of its steps has noted that it is to stop; true where the engine doesn't tell.</summary>
        internal static bool HasStoppedStep(object pipeline) =>
            Get(pipeline, "Stopper") is not { } stopper || stopper.GetType().GetField("_stack", Instance)?.GetValue(stopper) is not IEnumerable steps
            || steps.Cast<object>().Any(static step => Get(step, "ExecutionFailed") is not false);

        /// <summary>Whether what this thread runs is a part of it, and no other thread's.</summary>
        internal static bool IsHere() => Get(Running(), "NestedPipelineExecutionThread") == Thread.CurrentThread;
    }

    /// <summary>Handlers that the engine calls where it runs the scripts of other events: between two statements.</summary>
    internal static class Events
    {
        private static readonly PropertyInfo? s_waitsForPipeline = typeof(PSEventSubscriber).GetProperty("ShouldProcessInExecutionThread", Instance);

        /// <summary>Subscribes one. False in an engine that has none: it takes a script only.</summary>
        internal static bool TrySubscribe(PSEventManager events, string name, PSEventReceivedEventHandler handler)
        {
            s_waitsForPipeline?.SetValue(events.SubscribeEvent(null, null, name, null, handler, supportEvent: true, forwardEvent: false), true);
            return s_waitsForPipeline is not null;
        }
    }

    /// <summary>The steps of a pipeline before the one that runs: what they call their output, and how it ends them, as Select-Object -First does.</summary>
    internal static class Upstream
    {
        private static readonly ConstructorInfo? s_stop = Find("System.Management.Automation.StopUpstreamCommandsException")
            ?.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).FirstOrDefault(
                static constructor => constructor.GetParameters() is [var only] && only.ParameterType.IsAssignableFrom(typeof(PSCmdlet)));

        /// <summary>What a cmdlet throws for it; null in an engine that lacks it, where the steps before it go on, in vain.</summary>
        internal static Exception? Stop(PSCmdlet cmdlet) => s_stop?.Invoke([cmdlet]) as Exception;

        /// <summary>The names that they were given by -PipelineVariable; none in an engine that doesn't tell, where such a variable is what it is at the moment.</summary>
        /// <param name="state">Of the cmdlet that runs on this thread.</param>
        internal static IEnumerable<string> PipelineVariables(SessionState state)
        {
            var running = Get(Get(Get(state, "Internal"), "ExecutionContext"), "CurrentCommandProcessor");
            var steps = Get(Get(Get(running, "CommandRuntime"), "PipelineProcessor"), "Commands") as IEnumerable;
            return (steps ?? Array.Empty<object>()).Cast<object>().TakeWhile(step => step != running)
                .Select(static step => Get(Get(step, "CommandRuntime"), "PipelineVariable")).OfType<string>();
        }
    }

    /// <summary>
    /// Calls a block for a cmdlet, in a scope of its own, as the engine's cmdlets call theirs: as no command of a pipeline, which is
    /// nine tenths of what <c>&amp;</c> costs. What it writes is the cmdlet's; what it throws comes as it is.
    /// </summary>
    internal sealed class DirectCall
    {
        private const string Parameters =
            "useLocalScope errorHandlingBehavior dollarUnder input scriptThis outputPipe invocationInfo propagateAllExceptionsToTop variablesToDefine functionsToDefine args";

        private static readonly MethodInfo? s_method = Array.Find(
            typeof(ScriptBlock).GetMethods(Instance),
            static method => method.Name == "InvokeWithPipe" && string.Join(' ', method.GetParameters().Select(static parameter => parameter.Name)) == Parameters);

        private static readonly MethodInvoker? s_invoker = s_method is null ? null : MethodInvoker.Create(s_method);
        private static readonly object? s_errors = s_method is null ? null : Enum.Parse(s_method.GetParameters()[1].ParameterType, "WriteToCurrentErrorPipe");

        // What & makes of a block: a command without a name.
        private static readonly ConstructorInfo? s_command = Array.Find(
            typeof(ScriptInfo).GetConstructors(Instance), static made => made.GetParameters() is [{ Name: "name" }, { Name: "script" }, { Name: "context" }]);

        // What $? is, which one call doesn't hand on to the next.
        private static readonly MethodInvoker? s_setSucceeded =
            Find("System.Management.Automation.ExecutionContext")?.GetProperty("QuestionMarkVariableValue", Instance)?.SetMethod is { } set ? MethodInvoker.Create(set) : null;

        private readonly ScriptBlock _block;
        private readonly object? _context;
        private readonly object? _output;
        private readonly InvocationInfo _invocation;

        /// <param name="cmdlet">For whom; on its thread, while it processes a record.</param>
        /// <param name="block">Without parameters that convert or check what they get, and without named blocks.</param>
        internal DirectCall(Cmdlet cmdlet, ScriptBlock block)
        {
            _block = block;
            _context = Get(cmdlet, "Context");
            _output = Get(cmdlet.CommandRuntime, "OutputPipe");

            // Of no place, for the block's author knows none where it is called.
            _invocation = InvocationInfo.Create((CommandInfo)s_command!.Invoke([string.Empty, block, _context]), Positions.None);
        }

        /// <summary>Whether this engine has it.</summary>
        internal static bool IsPossible => s_invoker is not null && s_command is not null;

        /// <param name="input">What the block finds as <c>$_</c>.</param>
        /// <param name="arguments">What it gets, by position.</param>
        internal void Invoke(object? input, object?[] arguments)
        {
            s_setSucceeded?.Invoke(_context, true);
            s_invoker!.Invoke(_block, [true, s_errors, input, Array.Empty<object>(), AutomationNull.Value, _output, _invocation, false, null, null, arguments]);
        }
    }
}
