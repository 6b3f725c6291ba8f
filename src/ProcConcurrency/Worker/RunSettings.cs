using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>What a child is told to run, and with what.</summary>
internal sealed record RunSettings
{
    internal required ScriptBundle Bundle { get; init; }

    internal object?[] ArgumentList { get; init; } = [];

    internal IDictionary? Parameters { get; init; }

    /// <summary>What is piped into the block; null where nothing is.</summary>
    internal object?[]? Input { get; init; }

    internal string Name { get; init; } = string.Empty;

    internal int ParentProcessId { get; init; } = Environment.ProcessId;

    internal string Culture { get; init; } = string.Empty;

    internal string UICulture { get; init; } = string.Empty;

    /// <summary>Encodes the settings, in the caller, where an argument that can't travel is an error at once.</summary>
    /// <param name="context">Key and handles.</param>
    /// <param name="kept">Gets what the bytes mention, which must live until they were read.</param>
    /// <exception cref="CallerException">A value is bound to this process.</exception>
    internal byte[] Encode(ValueContext context, List<ProcObject> kept)
    {
        using var writer = new ValueWriter(context) { Strict = true };

        // First the language mode, which script blocks take from the runspace that they are decoded in; then who the child is: a
        // handle that is decoded after it may connect to a manager, under this name.
        writer.Write((int)Bundle.LanguageMode);
        writer.Write(Name);
        writer.Write(ParentProcessId);
        writer.Write(Culture);
        writer.Write(UICulture);
        try
        {
            Bundle.Write(writer);
            writer.RootName = nameof(ArgumentList);
            writer.Write(ArgumentList);
            writer.RootName = nameof(Parameters);
            writer.Write(Parameters);
            writer.RootName = "InputObject";
            writer.Write(Input);
        }
        catch (ValueNotSerializableException error)
        {
            throw Errors.NotSerializable(error, null);
        }

        kept.AddRange(writer.Handles);
        return writer.Written.ToArray();
    }

    /// <summary>In a child: decodes them, and takes language mode and name on.</summary>
    internal static RunSettings Decode(byte[] payload, ValueContext context, WorkerEngine engine)
    {
        var reader = new ValueReader(payload, context);
        engine.LanguageMode = (PSLanguageMode)(int)reader.Read()!;
        var name = CurrentProcess.Instance.Name = (string)reader.Read()!;
        var parent = (int)reader.Read()!;
        CurrentProcess.Instance.ParentProcessId = parent;
        return new RunSettings
        {
            Name = name,
            ParentProcessId = parent,
            Culture = (string)reader.Read()!,
            UICulture = (string)reader.Read()!,
            Bundle = ScriptBundle.Read(ref reader),
            ArgumentList = (object?[]?)reader.Read(nameof(ArgumentList)) ?? [],
            Parameters = (IDictionary?)reader.Read(nameof(Parameters)),
            Input = (object?[]?)reader.Read("InputObject"),
        };
    }
}
