using System.Collections;
using System.Management.Automation;

namespace ProcConcurrency.Values;

/// <summary>What travels of an <see cref="InvocationInfo"/>; bound parameters and the command's own text stay behind.</summary>
internal sealed class InvocationDetails
{
    public required InvocationPosition Position { get; init; }

    public string? InvocationName { get; init; }

    public long HistoryId { get; init; }

    public int PipelineLength { get; init; }

    public int PipelinePosition { get; init; }

    public bool ExpectingInput { get; init; }

    public CommandOrigin CommandOrigin { get; init; }

    public string? CommandName { get; init; }

    public CommandTypes CommandType { get; init; }

    /// <summary>Adds the note properties that the engine's remoting reads an invocation from. Their types must be exact.</summary>
    public void AddTo(PSObject record)
    {
        Add(record, "InvocationInfo_CommandOrigin", new PSObject(CommandOrigin));
        Add(record, "InvocationInfo_ExpectingInput", ExpectingInput);
        Add(record, "InvocationInfo_InvocationName", InvocationName);
        Add(record, "InvocationInfo_HistoryId", HistoryId);
        Add(record, "InvocationInfo_PipelineLength", PipelineLength);
        Add(record, "InvocationInfo_PipelinePosition", PipelinePosition);
        Add(record, "InvocationInfo_ScriptName", Position.File);
        Add(record, "InvocationInfo_ScriptLineNumber", Position.StartLine);
        Add(record, "InvocationInfo_OffsetInLine", Position.StartColumn);
        Add(record, "InvocationInfo_Line", Position.Line);
        Add(record, "InvocationInfo_PipelineIterationInfo", new PSObject(new ArrayList()));
        Add(record, "SerializeExtent", false);
        if (CommandName is not null)
        {
            Add(record, "CommandInfo_CommandType", new PSObject(CommandType));
            Add(record, "CommandInfo_Name", CommandName);
            Add(record, "CommandInfo_Definition", string.Empty);
            Add(record, "CommandInfo_Visibility", new PSObject(SessionStateEntryVisibility.Public));
        }
    }

    /// <summary>Gives a record's invocation the exact extent; without it the whole rest of the line would count.</summary>
    public void Refine(InvocationInfo? invocation)
    {
        if (invocation is not null && Position.ToExtent() is { } extent)
        {
            invocation.DisplayScriptPosition = extent;
        }
    }

    private static void Add(PSObject record, string name, object? value) => record.Properties.Add(new PSNoteProperty(name, value), preValidated: true);
}
