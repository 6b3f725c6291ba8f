using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>A block that many tasks run, with all that it needs; and the encoder of what each of them gets.</summary>
/// <remarks>Of one thread, the pipeline's.</remarks>
internal sealed class TaskBlock : IDisposable
{
    // Of what a task with arguments of its own gets.
    private static readonly string[] s_partNames = ["InputObject", "ArgumentList", "Parameters"];

    private readonly ValueWriter _writer;
    private readonly TypeSources _types;

    /// <param name="state">The caller's.</param>
    /// <param name="values">What is encoded with, for the workers that it is for.</param>
    /// <param name="block">The block.</param>
    /// <param name="arguments">What every task gets after its input.</param>
    /// <param name="form">How tasks bring what the block gets.</param>
    /// <param name="mayLoad">See <see cref="PoolSetup.MayLoad"/>.</param>
    /// <param name="place">Where it runs; null where workers have a folder of their own.</param>
    /// <param name="extend">Adds to what goes along; may be null.</param>
    /// <exception cref="CallerException">Something that it needs can't be taken along.</exception>
    internal TaskBlock(
        SessionState state, ValueContext values, ScriptBlock block, object?[]? arguments, TaskForm form = TaskForm.InputOnly, bool mayLoad = false,
        TaskPlace? place = null, Action<ScriptCollector>? extend = null)
    {
        _writer = Writer(values);
        var collector = new ScriptCollector(state, values.Elsewhere is not null) { MayLoad = mayLoad }.Block(block);
        extend?.Invoke(collector);
        var settings = new RunSettings
        {
            Bundle = collector.Build(),
            ArgumentList = arguments ?? [],
            Name = PoolSetup.WorkerName,
            Culture = CultureInfo.CurrentCulture.Name,
            UICulture = CultureInfo.CurrentUICulture.Name,
            Form = form,
            Folder = place?.Folder,
            Location = place?.Location,
        };
        var kept = new List<ProcObject>();
        Definition = new TaskDefinition(RunSettings.Named(settings.Name, settings.Encode(values, kept)), kept);
        Findings = collector.Findings;
        _types = settings.Bundle.Types!;
        _types.Seal();
    }

    /// <summary>A block that was collected before, and needs no types of the caller's.</summary>
    /// <param name="state">The caller's.</param>
    /// <param name="values">As above.</param>
    /// <param name="known">What workers are told of it.</param>
    internal TaskBlock(SessionState state, ValueContext values, TaskDefinition known)
    {
        _writer = Writer(values);
        Definition = known;
        IsKnown = true;
        _types = new ScriptCollector(state, values.Elsewhere is not null).Types;
    }

    /// <summary>What workers are told of it.</summary>
    internal TaskDefinition Definition { get; set; }

    /// <summary>Whether it was not collected again.</summary>
    internal bool IsKnown { get; }

    /// <summary>See <see cref="ScriptCollector.Findings"/>.</summary>
    internal CommandFindings? Findings { get; }

    /// <summary>Encodes what one task gets: its input, or input, arguments and parameters where tasks bring their own.</summary>
    /// <exception cref="ValueNotSerializableException">Something of it is bound to this process.</exception>
    internal (byte[] Payload, ProcObject[]? Kept) Encode(object? value)
    {
        lock (_writer)
        {
            return EncodeAlone(value);
        }
    }

    /// <summary>The same for a task with arguments of its own.</summary>
    /// <exception cref="ValueNotSerializableException">Something of it is bound to this process.</exception>
    internal (byte[] Payload, ProcObject[]? Kept) Encode(object? input, object?[]? arguments, IDictionary? parameters)
    {
        lock (_writer)
        {
            _writer.PartNames = s_partNames;
            return EncodeAlone(new[] { input, arguments, parameters });
        }
    }

    public void Dispose() => _writer.DisposeUnlessLocked();

    private (byte[] Payload, ProcObject[]? Kept) EncodeAlone(object? value)
    {
        _writer.Reset();
        _writer.Write(value);
        if (_writer.ScriptTypes.Count > 0 && _types.MissingFor(_writer.ScriptTypes) is { Length: > 0 } missing)
        {
            // The workers have the types that the block names, and were told of those.
            _writer.Reset();
            _writer.Write(missing);
            _writer.Write(value);
        }

        return (_writer.Written.ToArray(), _writer.Handles.Count == 0 ? null : [.. _writer.Handles]);
    }

    private static ValueWriter Writer(ValueContext values) => new(values) { Strict = true, RootName = "InputObject" };
}
