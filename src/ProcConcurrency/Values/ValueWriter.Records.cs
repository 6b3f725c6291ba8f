using System.Management.Automation;

namespace ProcConcurrency.Values;

// What PowerShell's streams carry.
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
                WriteOptional((int?)message.ForegroundColor);
                WriteOptional((int?)message.BackgroundColor);
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

    private void WriteOptional(int? number)
    {
        if (number is { } known)
        {
            WriteInt32(known);
        }
        else
        {
            WriteTag(ValueTag.Null);
        }
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
        WriteText(category.GetMessage(System.Globalization.CultureInfo.CurrentCulture));
        WriteText(error.ErrorDetails?.Message);
        WriteText(error.ErrorDetails?.RecommendedAction);
        WriteText(error.ScriptStackTrace);
        WriteInvocation(error.InvocationInfo);
        WriteExceptions(error.Exception);

        // The target is often the object the command choked on: never a reason to refuse the error.
        bool strict = Strict;
        Strict = false;
        _bagDepth++;
        try
        {
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
