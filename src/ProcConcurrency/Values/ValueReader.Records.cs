using System.Management.Automation;

namespace ProcConcurrency.Values;

// What PowerShell's streams carry.
internal ref partial struct ValueReader
{
    private object ReadRecord(ValueTag tag)
    {
        // Only what holds values counts as a level, as it does for the writer.
        bool isContainer = tag is ValueTag.ErrorRecord or ValueTag.InformationRecord;
        if (isContainer)
        {
            Enter();
        }

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
            Leave();
        }

        return record;
    }

    private int ReadInt32()
    {
        int at = _position;
        if (ReadValue() is int number)
        {
            return number;
        }

        _position = at;
        Fail("a 32-bit number was expected.");
        return 0;
    }

    private int? ReadOptional()
    {
        if (_position < _data.Length && _data[_position] == (byte)ValueTag.Null)
        {
            _position++;
            return null;
        }

        return ReadInt32();
    }

    private HostInformationMessage ReadHostMessage() => new()
    {
        Message = ReadText(),
        NoNewLine = ReadOptional() is { } flag ? flag != 0 : null,
        ForegroundColor = (ConsoleColor?)ReadOptional(),
        BackgroundColor = (ConsoleColor?)ReadOptional(),
    };

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
        PSObject record = PSObjectInternals.Create(24);
        record.Properties.Add(new PSNoteProperty("InformationalRecord_Message", message), preValidated: true);
        record.Properties.Add(new PSNoteProperty("InformationalRecord_SerializeInvocationInfo", invocation is not null), preValidated: true);
        if (invocation is not null)
        {
            record.Properties.Add(
                new PSNoteProperty("InformationalRecord_PipelineIterationInfo", new PSObject(new System.Collections.ArrayList())), preValidated: true);
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

    private ErrorRecord ReadError()
    {
        ValueNotReadableException? before = _unreadable;
        var details = new ErrorDetailsOnWire
        {
            FullyQualifiedErrorId = ReadText() ?? string.Empty,
            Category = (ErrorCategory)ReadInt32(),
            Activity = ReadText(),
            Reason = ReadText(),
            TargetName = ReadText(),
            TargetType = ReadText(),
            CategoryMessage = ReadText(),
            DetailsMessage = ReadText(),
            RecommendedAction = ReadText(),
            ScriptStackTrace = ReadText(),
            Invocation = ReadInvocation(),
            Exception = ReadExceptions(),
            Target = ReadValue(),
        };

        // An error without its target still says what happened.
        _unreadable = before;
        return ErrorRecordRehydrator.Create(details);
    }

    private PSObject? ReadExceptions()
    {
        int count = ReadCount();
        if (count > ValueLimits.InnerExceptions)
        {
            Fail("it has too many inner exceptions.");
        }

        PSObject? outermost = null;
        PSObject? outer = null;
        for (int i = 0; i < count; i++)
        {
            string[] names = ReadNames(ValueLimits.TypeNames);
            for (int n = 0; n < names.Length; n++)
            {
                names[n] = DeserializedPrefix + names[n];
            }

            PSObject exception = PSObjectInternals.Create(5);
            SetTypeNames(exception, names);
            string? message = ReadText();
            exception.Properties.Add(new PSNoteProperty("Message", message), preValidated: true);
            exception.Properties.Add(new PSNoteProperty("StackTrace", ReadText()), preValidated: true);
            exception.Properties.Add(new PSNoteProperty("Source", ReadText()), preValidated: true);
            exception.Properties.Add(new PSNoteProperty("HResult", ReadInt32()), preValidated: true);
            PSObjectInternals.SetText(exception, (names.Length > 0 ? names[0][DeserializedPrefix.Length..] + ": " : string.Empty) + message);
            outer?.Properties.Add(new PSNoteProperty("InnerException", exception), preValidated: true);
            outermost ??= exception;
            outer = exception;
        }

        return outermost;
    }

    private InvocationDetails? ReadInvocation()
    {
        if (ReadByte() == (byte)ValueTag.Null)
        {
            return null;
        }

        return new InvocationDetails
        {
            Position = new InvocationPosition
            {
                File = ReadText(),
                Line = ReadText() ?? string.Empty,
                StartLine = ReadInt32(),
                StartColumn = ReadInt32(),
                EndLine = ReadInt32(),
                EndColumn = ReadInt32(),
                EndText = ReadText(),
            },
            InvocationName = ReadText(),
            HistoryId = ReadZigzag(),
            PipelineLength = ReadZigzag32(),
            PipelinePosition = ReadZigzag32(),
            ExpectingInput = ReadByte() == (byte)ValueTag.True,
            CommandOrigin = (CommandOrigin)ReadInt32(),
            CommandName = ReadText(),
            CommandType = (CommandTypes)ReadInt32(),
        };
    }
}
