using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace ProcConcurrency.Values;

// Error records, and where in a script something happened.
internal sealed partial class ValueWriter
{
    // What is written of every exception, or leads back to its error.
    private static readonly HashSet<string> s_ofEveryException = new(StringComparer.OrdinalIgnoreCase)
    {
        "Message", "StackTrace", "Source", "HResult", "InnerException", "TargetSite", "HelpLink", "ErrorRecord", "WasThrownFromThrowStatement", "CommandInvocation",
    };

    private void WriteError(ErrorRecord error)
    {
        if (!TryEnter(error))
        {
            return;
        }

        WriteTag(ValueTag.ErrorRecord);
        WriteText(error.FullyQualifiedErrorId);
        ErrorCategoryInfo category = error.CategoryInfo;
        WriteInt32((int)category.Category);
        WriteText(category.Activity);
        WriteText(category.Reason);
        WriteText(category.TargetName);
        WriteText(category.TargetType);
        WriteText(category.GetMessage(CultureInfo.CurrentCulture));
        WriteText(error.ErrorDetails?.Message);
        WriteText(error.ErrorDetails?.RecommendedAction);
        WriteText(error.ScriptStackTrace);
        WriteInvocation(error.InvocationInfo);

        // The target is often the object the command choked on, and an exception may name it: never a reason to refuse the error.
        bool strict = Strict;
        Strict = false;
        _bagDepth++;
        try
        {
            WriteExceptions(error.Exception);
            WriteNamed(error.TargetObject, nameof(error.TargetObject));
        }
        finally
        {
            _bagDepth--;
            Strict = strict;
        }

        Leave();
    }

    private void WriteExceptions(Exception? exception)
    {
        int count = 0;
        for (Exception? e = exception; e is not null && count < ValueLimits.InnerExceptions; e = e.InnerException)
        {
            count++;
        }

        WriteVar((uint)count);
        for (Exception? e = exception; e is not null && count > 0; count--, e = e.InnerException)
        {
            WriteException(e);
        }
    }

    private void WriteException(Exception exception)
    {
        // An error that already crossed a process keeps the exception it began as.
        string[] names = ErrorRecordRehydrator.OriginalTypeNames(exception);
        WriteVar((uint)names.Length);
        foreach (string name in names)
        {
            WriteString(name);
        }

        WriteText(exception.Message);
        WriteText(exception.StackTrace);
        WriteText(exception.Source);
        WriteInt32(exception.HResult);
        WriteOwnProperties(exception);
    }

    /// <summary>Writes what an exception says beside that, such as a parameter's name or a status: as remoting does it, like a bag's.</summary>
    private void WriteOwnProperties(Exception exception)
    {
        int first = _memberCount;
        PSObject asked = PSObject.AsPSObject(exception is RemoteException { SerializedRemoteException: { } remote } ? remote : exception);
        foreach (PSPropertyInfo property in asked.Properties)
        {
            if (!s_ofEveryException.Contains(property.Name) && (property.Name != nameof(Exception.Data) || ValueOf(property) is not ICollection { Count: 0 }))
            {
                Push(property);
            }
        }

        CollectHidden(asked, s_ofEveryException);
        WriteShaped(null, first);
    }

    private void WriteInvocation(InvocationInfo? invocation)
    {
        if (invocation is null)
        {
            WriteTag(ValueTag.Null);
            return;
        }

        WriteTag(ValueTag.True);
        InvocationPosition position = InvocationPosition.Of(invocation);
        WriteText(position.File);
        WriteText(position.Line);
        WriteInt32(position.StartLine);
        WriteInt32(position.StartColumn);
        WriteInt32(position.EndLine);
        WriteInt32(position.EndColumn);
        WriteText(position.EndText);
        WriteText(invocation.InvocationName);
        WriteZigzag(invocation.HistoryId);
        WriteZigzag(invocation.PipelineLength);
        WriteZigzag(invocation.PipelinePosition);
        WriteTag(invocation.ExpectingInput ? ValueTag.True : ValueTag.False);
        WriteInt32((int)invocation.CommandOrigin);
        WriteText(invocation.MyCommand?.Name);
        WriteInt32((int)(invocation.MyCommand?.CommandType ?? 0));
    }
}

internal ref partial struct ValueReader
{
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
                names[n] = DeserializedName.Of(names[n]);
            }

            PSObject exception = EngineInternals.Objects.Create(8);
            SetTypeNames(exception, names);
            string? message = ReadText();
            exception.Properties.Add(new PSNoteProperty("Message", message), preValidated: true);
            exception.Properties.Add(new PSNoteProperty("StackTrace", ReadText()), preValidated: true);
            exception.Properties.Add(new PSNoteProperty("Source", ReadText()), preValidated: true);
            exception.Properties.Add(new PSNoteProperty("HResult", ReadInt32()), preValidated: true);
            ReadProperties(exception, ReadShape().Names);
            EngineInternals.Objects.SetText(exception, (names.Length > 0 ? DeserializedName.OriginalOf(names[0]) + ": " : string.Empty) + message);
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
