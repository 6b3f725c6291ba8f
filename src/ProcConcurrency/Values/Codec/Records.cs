using System.Collections;
using System.Management.Automation;

namespace ProcConcurrency.Values;

// What PowerShell's other streams carry: information, warnings, verbose and debug texts, progress.
internal sealed partial class ValueWriter
{
    private bool TryWriteRecord(object value)
    {
        switch (value)
        {
            case ErrorRecord error:
                WriteError(error);
                return true;
            case InformationRecord information:
                WriteInformation(information);
                return true;
            case HostInformationMessage message:
                WriteTag(ValueTag.HostMessage);
                WriteText(message.Message);
                WriteOptional(message.NoNewLine is { } noNewLine ? (noNewLine ? 1 : 0) : null);
                WriteColors(message);
                return true;
            case WarningRecord warning:
                WriteTag(ValueTag.WarningRecord);
                WriteText(warning.FullyQualifiedWarningId);
                WriteInformational(warning);
                return true;
            case VerboseRecord verbose:
                WriteTag(ValueTag.VerboseRecord);
                WriteInformational(verbose);
                return true;
            case DebugRecord debug:
                WriteTag(ValueTag.DebugRecord);
                WriteInformational(debug);
                return true;
            case ProgressRecord progress:
                WriteProgress(progress);
                return true;
            default:
                return false;
        }
    }

    /// <summary>A worker's screen has no colors of its own, -1: text for which none was asked for has none.</summary>
    private void WriteColors(HostInformationMessage message)
    {
        var isPlain = message is { ForegroundColor: null or < 0, BackgroundColor: null or < 0 };
        WriteOptional(isPlain ? null : (int?)message.ForegroundColor);
        WriteOptional(isPlain ? null : (int?)message.BackgroundColor);
    }

    private void WriteInformational(InformationalRecord record)
    {
        WriteText(record.Message);
        WriteInvocation(record.InvocationInfo);
    }

    private void WriteProgress(ProgressRecord progress)
    {
        WriteTag(ValueTag.ProgressRecord);
        WriteInt32(progress.ActivityId);
        WriteInt32(progress.ParentActivityId);
        WriteText(progress.Activity);
        WriteText(progress.StatusDescription);
        WriteText(progress.CurrentOperation);
        WriteInt32(progress.PercentComplete);
        WriteInt32(progress.SecondsRemaining);
        WriteInt32((int)progress.RecordType);
    }

    private void WriteInformation(InformationRecord record)
    {
        if (!TryEnter(record))
        {
            return;
        }

        WriteTag(ValueTag.InformationRecord);
        WriteText(record.Source);
        WriteTagged(ValueTag.DateTime, TimeBits(record.TimeGenerated));
        WriteText(record.User);
        WriteText(record.Computer);
        WriteVar(record.ProcessId);
        WriteVar(record.NativeThreadId);
        WriteVar(record.ManagedThreadId);
        WriteVar((uint)record.Tags.Count);
        foreach (string tag in record.Tags)
        {
            WriteText(tag);
        }

        WriteNamed(record.MessageData, nameof(record.MessageData));
        Leave();
    }
}

internal ref partial struct ValueReader
{
    private object ReadRecord(ValueTag tag)
    {
        // Only what holds values counts as a level, as it does for the writer.
        bool isContainer = tag is ValueTag.ErrorRecord or ValueTag.InformationRecord;
        int number = isContainer ? Enter() : 0;

        object record = tag switch
        {
            ValueTag.ErrorRecord => ReadError(),
            ValueTag.InformationRecord => ReadInformation(),
            ValueTag.HostMessage => ReadHostMessage(),
            ValueTag.WarningRecord or ValueTag.VerboseRecord or ValueTag.DebugRecord => ReadInformational(tag),
            _ => ReadProgress(),
        };
        if (isContainer)
        {
            Know(number, record);
            Leave();
        }

        return record;
    }

    private HostInformationMessage ReadHostMessage() => new()
    {
        Message = ReadText(),
        NoNewLine = ReadOptional() is { } flag ? flag != 0 : null,
        ForegroundColor = ReadColor(ConsoleColor.Gray),
        BackgroundColor = ReadColor(ConsoleColor.Black),
    };

    // The console of Windows takes -1 for no color.
    private ConsoleColor? ReadColor(ConsoleColor usual) => ReadOptional() is not { } color ? null : color < 0 && OperatingSystem.IsWindows() ? usual : (ConsoleColor)color;

    private InformationalRecord ReadInformational(ValueTag tag)
    {
        string? warningId = tag == ValueTag.WarningRecord ? ReadText() : null;
        PSObject form = ReadInformationalForm(out InvocationDetails? invocation);
        InformationalRecord record = tag switch
        {
            ValueTag.WarningRecord => new WarningRecord(warningId, form),
            ValueTag.VerboseRecord => new VerboseRecord(form),
            _ => new DebugRecord(form),
        };
        invocation?.Refine(record.InvocationInfo);
        return record;
    }

    /// <summary>The form in which the engine's own records take what remoting sent.</summary>
    private PSObject ReadInformationalForm(out InvocationDetails? invocation)
    {
        string? message = ReadText();
        invocation = ReadInvocation();
        PSObject record = EngineInternals.Objects.Create(24);
        record.Properties.Add(new PSNoteProperty("InformationalRecord_Message", message), preValidated: true);
        record.Properties.Add(new PSNoteProperty("InformationalRecord_SerializeInvocationInfo", invocation is not null), preValidated: true);
        if (invocation is not null)
        {
            record.Properties.Add(
                new PSNoteProperty("InformationalRecord_PipelineIterationInfo", new PSObject(new ArrayList())), preValidated: true);
            invocation.AddTo(record);
        }

        return record;
    }

    private ProgressRecord ReadProgress()
    {
        int activityId = ReadInt32();
        int parentId = ReadInt32();
        string? activity = ReadText();
        string? status = ReadText();

        // The constructor wants texts; a record that only ends an activity may lack them.
        var progress = new ProgressRecord(activityId, string.IsNullOrEmpty(activity) ? " " : activity, string.IsNullOrEmpty(status) ? " " : status)
        {
            CurrentOperation = ReadText(),
            PercentComplete = ReadInt32(),
            SecondsRemaining = ReadInt32(),
            RecordType = (ProgressRecordType)ReadInt32(),
        };
        if (parentId != activityId)
        {
            progress.ParentActivityId = parentId;
        }

        return progress;
    }

    private InformationRecord ReadInformation()
    {
        string? source = ReadText();
        if (ReadByte() != (byte)ValueTag.DateTime)
        {
            Fail("a time was expected.");
        }

        DateTime time = DateTime.FromBinary(ReadFixed64());
        string? user = ReadText();
        string? computer = ReadText();
        uint processId = ReadVar32();
        uint nativeThread = ReadVar32();
        uint managedThread = ReadVar32();
        int count = ReadCount();
        var tags = new List<string?>();
        for (int i = 0; i < count; i++)
        {
            tags.Add(ReadText());
        }

        var record = new InformationRecord(ReadValue(), source)
        {
            TimeGenerated = time,
            User = user,
            Computer = computer,
            ProcessId = processId,
            NativeThreadId = nativeThread,
            ManagedThreadId = managedThread,
        };
        record.Tags.AddRange(tags!);
        return record;
    }
}
