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
    // In a child, until ReadValues.
    private ReadOnlyMemory<byte> _values;
    private ValueContext? _context;

    internal required ScriptBundle Bundle { get; init; }

    internal object?[] ArgumentList { get; set; } = [];

    internal IDictionary? Parameters { get; set; }

    /// <summary>What the initialization block gets, by position.</summary>
    internal object?[] InitializationArguments { get; set; } = [];

    /// <summary>What is piped into the block; null where nothing is.</summary>
    internal object?[]? Input { get; set; }

    internal string Name { get; init; } = string.Empty;

    internal int ParentProcessId { get; init; } = Environment.ProcessId;

    internal string Culture { get; init; } = string.Empty;

    internal string UICulture { get; init; } = string.Empty;

    /// <summary>How a pool's tasks bring what the block gets.</summary>
    internal TaskForm Form { get; init; }

    /// <summary>Whether a pool wants to know how much memory its worker uses.</summary>
    internal bool ReportsMemory { get; init; }

    /// <summary>The folder as a path of PowerShell's, where that is not the system's path; null elsewhere.</summary>
    internal string? Location { get; init; }

    /// <summary>Where a pool's tasks run; null where that is where their worker was started.</summary>
    internal string? Folder { get; init; }

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

        // The values by themselves, for they are read later: one may be of a type that the bundle defines.
        try
        {
            Bundle.WriteValues(writer);
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
        foreach (var type in writer.ScriptTypes)
        {
            Bundle.Types?.Add(type);
        }

        var values = writer.Written.ToArray();
        writer.Reset();

        // First the language mode, which script blocks take from the runspace that they are decoded in.
        writer.Write((int)Bundle.LanguageMode);
        writer.Write(ParentProcessId);
        writer.Write(Culture);
        writer.Write(UICulture);
        writer.Write((int)Form);
        writer.Write(ReportsMemory);
        writer.Write(Location);
        writer.Write(Folder);
        Bundle.Write(writer);
        var settings = new byte[sizeof(int) + writer.Length + values.Length];
        BinaryPrimitives.WriteInt32LittleEndian(settings, writer.Length);
        writer.Written.CopyTo(settings.AsSpan(sizeof(int)));
        values.CopyTo(settings, sizeof(int) + writer.Length);
        return settings;
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

    /// <summary>In a child: decodes them, but for the values, and takes language mode and name on.</summary>
    internal static RunSettings Decode(ReadOnlyMemory<byte> message, ValueContext context, WorkerEngine engine)
    {
        // Who the child is comes first: a handle that is decoded after it may connect to a manager, under this name.
        var nameLength = BinaryPrimitives.ReadInt32LittleEndian(message.Span);
        var name = CurrentProcess.Instance.Name = Encoding.UTF8.GetString(message.Span.Slice(sizeof(int), nameLength));
        var payload = message[(sizeof(int) + nameLength)..];
        var length = BinaryPrimitives.ReadInt32LittleEndian(payload.Span);
        var reader = new ValueReader(payload.Span.Slice(sizeof(int), length), context);
        engine.LanguageMode = (PSLanguageMode)(int)reader.Read()!;
        var parent = (int)reader.Read()!;
        CurrentProcess.Instance.ParentProcessId = parent;
        return new RunSettings
        {
            Name = name,
            ParentProcessId = parent,
            Culture = (string)reader.Read()!,
            UICulture = (string)reader.Read()!,
            Form = (TaskForm)(int)reader.Read()!,
            ReportsMemory = (bool)reader.Read()!,
            Location = (string?)reader.Read(),
            Folder = (string?)reader.Read(),
            Bundle = ScriptBundle.Read(ref reader),
            _values = payload[(sizeof(int) + length)..],
            _context = context,
        };
    }

    /// <summary>In a child, once the bundle's types are there: decodes the values.</summary>
    internal void ReadValues()
    {
        var reader = new ValueReader(_values.Span, _context!);
        Bundle.ReadValues(ref reader);
        ArgumentList = (object?[]?)reader.Read(nameof(ArgumentList)) ?? [];
        InitializationArguments = (object?[]?)reader.Read("InitializationArgumentList") ?? [];
        Parameters = (IDictionary?)reader.Read(nameof(Parameters));
        Input = (object?[]?)reader.Read("InputObject");
        _values = default;
    }
}
