using System.Buffers.Binary;
using System.Collections;
using System.Management.Automation;
using System.Text;
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

    /// <summary>What the initialization block gets, by position.</summary>
    internal object?[] InitializationArguments { get; init; } = [];

    /// <summary>What is piped into the block; null where nothing is.</summary>
    internal object?[]? Input { get; init; }

    internal string Name { get; init; } = string.Empty;

    internal int ParentProcessId { get; init; } = Environment.ProcessId;

    internal string Culture { get; init; } = string.Empty;

    internal string UICulture { get; init; } = string.Empty;

    /// <summary>
    /// Encodes the settings but the name, in the caller, where an argument that can't travel is an error at once. The name may change
    /// until the start, for which <see cref="Named"/> puts it before them.
    /// </summary>
    /// <param name="context">Key and handles.</param>
    /// <param name="kept">Gets what the bytes mention, which must live until they were read.</param>
    /// <exception cref="CallerException">A value is bound to this process.</exception>
    internal byte[] Encode(ValueContext context, List<ProcObject> kept)
    {
        using var writer = new ValueWriter(context) { Strict = true };

        // First the language mode, which script blocks take from the runspace that they are decoded in.
        writer.Write((int)Bundle.LanguageMode);
        writer.Write(ParentProcessId);
        writer.Write(Culture);
        writer.Write(UICulture);
        try
        {
            Bundle.Write(writer);
            writer.RootName = nameof(ArgumentList);
            writer.Write(ArgumentList);
            writer.RootName = "InitializationArgumentList";
            writer.Write(InitializationArguments);
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

    /// <summary>The whole message: the name, in UTF-8 behind its length, then the encoded settings.</summary>
    internal static byte[] Named(string name, ReadOnlySpan<byte> encoded)
    {
        var length = Encoding.UTF8.GetByteCount(name);
        var message = new byte[sizeof(int) + length + encoded.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, length);
        Encoding.UTF8.GetBytes(name, message.AsSpan(sizeof(int)));
        encoded.CopyTo(message.AsSpan(sizeof(int) + length));
        return message;
    }

    /// <summary>In a child: decodes them, and takes language mode and name on.</summary>
    internal static RunSettings Decode(byte[] payload, ValueContext context, WorkerEngine engine)
    {
        // Who the child is comes first: a handle that is decoded after it may connect to a manager, under this name.
        var length = BinaryPrimitives.ReadInt32LittleEndian(payload);
        var name = CurrentProcess.Instance.Name = Encoding.UTF8.GetString(payload, sizeof(int), length);
        var reader = new ValueReader(payload.AsSpan(sizeof(int) + length), context);
        engine.LanguageMode = (PSLanguageMode)(int)reader.Read()!;
        var parent = (int)reader.Read()!;
        CurrentProcess.Instance.ParentProcessId = parent;
        return new RunSettings
        {
            Name = name,
            ParentProcessId = parent,
            Culture = (string)reader.Read()!,
            UICulture = (string)reader.Read()!,
            Bundle = ScriptBundle.Read(ref reader),
            ArgumentList = (object?[]?)reader.Read() ?? [],
            InitializationArguments = (object?[]?)reader.Read() ?? [],
            Parameters = (IDictionary?)reader.Read(),
            Input = (object?[]?)reader.Read(),
        };
    }
}
