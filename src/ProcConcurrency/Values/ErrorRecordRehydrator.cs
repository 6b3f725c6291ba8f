using System.Management.Automation;

namespace ProcConcurrency.Values;

/// <summary>
/// Makes an <see cref="ErrorRecord"/> that says what the original said. The engine can do it, for its own
/// remoting. Where an engine lacks that, id, category and message are still right.
/// </summary>
internal static class ErrorRecordRehydrator
{
    /// <summary>The type names of the exception an error began with, most derived first, over any number of hops.</summary>
    public static string[] OriginalTypeNames(Exception exception)
    {
        var names = new List<string>();
        if (exception is RemoteException { SerializedRemoteException: { } remote })
        {
            foreach (string name in EngineInternals.Objects.TypeNames(remote))
            {
                names.Add(DeserializedName.OriginalOf(name));
            }
        }
        else
        {
            for (Type? type = exception.GetType(); type is not null; type = type.BaseType)
            {
                names.Add(type.FullName ?? type.Name);
            }
        }

        return names.Count > ValueLimits.TypeNames ? [.. names.GetRange(0, ValueLimits.TypeNames)] : [.. names];
    }

    public static ErrorRecord Create(ErrorDetailsOnWire details)
    {
        if (EngineInternals.Errors.FromRemoting is { } fromRemoting)
        {
            try
            {
                ErrorRecord made = fromRemoting(ToRemotingForm(details));
                details.Invocation?.Refine(made.InvocationInfo);
                return made;
            }
            catch (Exception failure) when (failure is RuntimeException or InvalidCastException or NullReferenceException or MissingMemberException)
            {
                // An engine whose remoting wants other properties: the plain record below it is.
            }
        }

        return CreatePlain(details);
    }

    /// <summary>The note properties that <c>FromPSObjectForRemoting</c> reads.</summary>
    private static PSObject ToRemotingForm(ErrorDetailsOnWire details)
    {
        PSObject form = EngineInternals.Objects.Create(40);
        Add(form, "Exception", details.Exception);
        Add(form, "TargetObject", details.Target);
        Add(form, "FullyQualifiedErrorId", details.FullyQualifiedErrorId);
        Add(form, "InvocationInfo", null);
        Add(form, "ErrorCategory_Category", (int)details.Category);
        Add(form, "ErrorCategory_Activity", details.Activity);
        Add(form, "ErrorCategory_Reason", details.Reason);
        Add(form, "ErrorCategory_TargetName", details.TargetName);
        Add(form, "ErrorCategory_TargetType", details.TargetType);
        Add(form, "ErrorCategory_Message", details.CategoryMessage);
        Add(form, "ErrorDetails_Message", string.IsNullOrEmpty(details.DetailsMessage) ? null : details.DetailsMessage);
        Add(form, "ErrorDetails_RecommendedAction", details.RecommendedAction);
        Add(form, "ErrorDetails_ScriptStackTrace", details.ScriptStackTrace);
        Add(form, "PipelineIterationInfo", null);
        Add(form, "SerializeExtendedInfo", details.Invocation is not null);
        details.Invocation?.AddTo(form);
        return form;
    }

    private static ErrorRecord CreatePlain(ErrorDetailsOnWire details)
    {
        string message = details.Exception?.Properties["Message"]?.Value as string ?? details.CategoryMessage ?? string.Empty;
        var plain = new ErrorRecord(new RemoteException(message), details.FullyQualifiedErrorId, details.Category, details.Target);
        plain.CategoryInfo.Activity = details.Activity;
        plain.CategoryInfo.Reason = details.Reason;
        plain.CategoryInfo.TargetName = details.TargetName;
        plain.CategoryInfo.TargetType = details.TargetType;
        if (!string.IsNullOrEmpty(details.DetailsMessage))
        {
            plain.ErrorDetails = new ErrorDetails(details.DetailsMessage) { RecommendedAction = details.RecommendedAction ?? string.Empty };
        }

        return plain;
    }

    private static void Add(PSObject form, string name, object? value) => form.Properties.Add(new PSNoteProperty(name, value), preValidated: true);
}
