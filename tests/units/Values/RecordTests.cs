using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

/// <summary>Rewrites the errors piped into it, as the module's cmdlets do with a child's.</summary>
[Cmdlet(VerbsCommunications.Write, "ChildError")]
public sealed class WriteChildErrorCommand : Cmdlet
{
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public ErrorRecord Record { get; set; } = null!;

    protected override void ProcessRecord() => WriteError(EngineInternals.Errors.Preserve(Record));
}

public sealed class RecordTests
{
    private const string Script = "function Test-It {\n    throw [ArgumentException]::new('too bad')\n}\n  Test-It -ErrorAction Stop";

    private static ErrorRecord Thrown()
    {
        using var shell = PowerShell.Create(InitialSessionState.CreateDefault2());
        ScriptBlock block = Parser.ParseInput(Script, "/scripts/job.ps1", out _, out _).GetScriptBlock();
        shell.AddScript("param($b) try { & $b } catch { $_ }").AddArgument(block);
        return (ErrorRecord)Assert.Single(shell.Invoke()).BaseObject;
    }

    private static void AssertSame(ErrorRecord expected, ErrorRecord actual)
    {
        Assert.Equal(expected.FullyQualifiedErrorId, actual.FullyQualifiedErrorId);
        Assert.Equal(expected.Exception.Message, actual.Exception.Message);
        Assert.Equal(expected.CategoryInfo.Category, actual.CategoryInfo.Category);
        Assert.Equal(expected.CategoryInfo.Activity, actual.CategoryInfo.Activity);
        Assert.Equal(expected.CategoryInfo.Reason, actual.CategoryInfo.Reason);
        Assert.Equal(expected.CategoryInfo.TargetName, actual.CategoryInfo.TargetName);
        Assert.Equal(expected.CategoryInfo.TargetType, actual.CategoryInfo.TargetType);
        Assert.Equal(expected.ScriptStackTrace, actual.ScriptStackTrace);
        Assert.Equal(expected.InvocationInfo.ScriptName, actual.InvocationInfo.ScriptName);
        Assert.Equal(expected.InvocationInfo.ScriptLineNumber, actual.InvocationInfo.ScriptLineNumber);
        Assert.Equal(expected.InvocationInfo.OffsetInLine, actual.InvocationInfo.OffsetInLine);
        Assert.Equal(expected.InvocationInfo.Line, actual.InvocationInfo.Line);
        Assert.Equal(expected.InvocationInfo.PositionMessage, actual.InvocationInfo.PositionMessage);
    }

    [Fact]
    public void WhatAnExceptionSaysOfItselfGoesAlongOverAnyNumberOfHops()
    {
        var exception = new ArgumentOutOfRangeException("count", 7, "too many") { Data = { ["key"] = "value" } };
        var many = new AggregateException("two", new IOException("first"), new IOException("second"));
        ErrorRecord back = new(exception, "Id", ErrorCategory.InvalidArgument, null), all = new(many, "Id", ErrorCategory.NotSpecified, null);
        for (int hop = 0; hop < 3; hop++)
        {
            back = (ErrorRecord)Codec.Trip(back)!;
            all = (ErrorRecord)Codec.Trip(all)!;
            PSObject said = ((RemoteException)back.Exception).SerializedRemoteException;
            Assert.Equal("count", said.Properties["ParamName"].Value);
            Assert.Equal(7, said.Properties["ActualValue"].Value);
            Assert.Equal("value", ((System.Collections.IDictionary)PSObject.AsPSObject(said.Properties["Data"].Value).BaseObject)["key"]);
            Assert.Contains("second", string.Join(' ', LanguagePrimitives.ConvertTo<string[]>(((RemoteException)all.Exception).SerializedRemoteException.Properties["InnerExceptions"].Value)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AThrownErrorKeepsIdPositionAndStack()
    {
        ErrorRecord original = Thrown();
        Assert.Equal("/scripts/job.ps1", original.InvocationInfo.ScriptName);
        var back = (ErrorRecord)Codec.Trip(original)!;
        AssertSame(original, back);
        var remote = Assert.IsType<RemoteException>(back.Exception);
        Assert.Equal("Deserialized.System.ArgumentException", remote.SerializedRemoteException.TypeNames[0]);
        Assert.Equal("System.ArgumentException", ErrorRecordRehydrator.OriginalTypeNames(remote)[0]);

        // A second hop loses nothing more.
        var again = (ErrorRecord)Codec.Trip(back)!;
        AssertSame(original, again);
        Assert.Equal("System.ArgumentException", ErrorRecordRehydrator.OriginalTypeNames(again.Exception)[0]);
    }

    [Fact]
    public void RewritingKeepsTheOrigin()
    {
        ErrorRecord original = Thrown();
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Write-ChildError", typeof(WriteChildErrorCommand), null));
        using var shell = PowerShell.Create(state);
        shell.AddScript("param($e) Write-ChildError -Record $e").AddArgument(Codec.Trip(original));
        shell.Invoke();
        AssertSame(original, Assert.Single(shell.Streams.Error));
    }

    [Fact]
    public void AnErrorWithoutAScriptHasNoPosition()
    {
        using var shell = PowerShell.Create(InitialSessionState.CreateDefault2());
        shell.AddCommand("Get-Command").AddParameter("Name", "no-such-command").Invoke();
        ErrorRecord original = Assert.Single(shell.Streams.Error);
        AssertSame(original, (ErrorRecord)Codec.Trip(original)!);
    }

    [Fact]
    public void ErrorDetailsAndTargetSurvive()
    {
        var error = new ErrorRecord(new IOException("outer", new TimeoutException("inner")), "An.Id", ErrorCategory.ReadError, new[] { 1, 2 })
        {
            ErrorDetails = new ErrorDetails("told nicely") { RecommendedAction = "try again" },
        };
        var back = (ErrorRecord)Codec.Trip(error)!;
        Assert.Equal("An.Id", back.FullyQualifiedErrorId);
        Assert.Equal("told nicely", back.ErrorDetails.Message);
        Assert.Equal("try again", back.ErrorDetails.RecommendedAction);
        Assert.Equal(new[] { 1, 2 }, back.TargetObject);
        Assert.Null(back.InvocationInfo);
        PSObject inner = (PSObject)((RemoteException)back.Exception).SerializedRemoteException.Properties["InnerException"].Value;
        Assert.Equal("Deserialized.System.TimeoutException", inner.TypeNames[0]);
        Assert.Equal("inner", Codec.Note(inner, "Message"));
    }

    [Fact]
    public void InformationKeepsAllItSays()
    {
        var record = new InformationRecord(
            new HostInformationMessage { Message = "hi", ForegroundColor = ConsoleColor.Red, NoNewLine = true }, "job.ps1")
        {
            User = "egon", Computer = "host", ProcessId = 7, NativeThreadId = 8, ManagedThreadId = 9,
        };
        record.Tags.Add("PSHOST");
        var back = (InformationRecord)Codec.Trip(record)!;
        var message = Assert.IsType<HostInformationMessage>(back.MessageData);
        Assert.Equal("hi", message.Message);
        Assert.Equal(ConsoleColor.Red, message.ForegroundColor);
        Assert.Null(message.BackgroundColor);
        Assert.True(message.NoNewLine);
        Assert.Equal(["PSHOST"], back.Tags);
        Assert.Equal(("job.ps1", record.TimeGenerated, "egon", "host"), (back.Source, back.TimeGenerated, back.User, back.Computer));
        Assert.Equal((7u, 8u, 9u), (back.ProcessId, back.NativeThreadId, back.ManagedThreadId));
    }

    [Fact]
    public void StreamRecordsKeepTheirPlace()
    {
        using var shell = PowerShell.Create(InitialSessionState.CreateDefault2());
        shell.AddScript("[CmdletBinding()] param() $PSCmdlet.WriteWarning('w'); $PSCmdlet.WriteVerbose('v'); $PSCmdlet.WriteDebug('d')");
        shell.Commands.Commands[0].Parameters.Add("Verbose", true);
        shell.Commands.Commands[0].Parameters.Add("Debug", true);
        shell.Invoke();
        WarningRecord warning = Assert.Single(shell.Streams.Warning);
        var back = (WarningRecord)Codec.Trip(warning)!;
        Assert.Equal("w", back.Message);
        Assert.Equal(warning.InvocationInfo?.ScriptLineNumber, back.InvocationInfo?.ScriptLineNumber);
        Assert.Equal(warning.InvocationInfo?.PositionMessage, back.InvocationInfo?.PositionMessage);
        Assert.Equal("v", ((VerboseRecord)Codec.Trip(Assert.Single(shell.Streams.Verbose))!).Message);
        Assert.Equal("d", ((DebugRecord)Codec.Trip(Assert.Single(shell.Streams.Debug))!).Message);
        Assert.Equal("my.id", ((WarningRecord)Codec.Trip(new WarningRecord("my.id", "x"))!).FullyQualifiedWarningId);
    }

    [Fact]
    public void WhatAnExceptionHidesComesToo()
    {
        var back = (ErrorRecord)Codec.Trip(new ErrorRecord(new Hiding(), "Id", ErrorCategory.InvalidData, null))!;
        PSObject said = ((RemoteException)back.Exception).SerializedRemoteException;
        Assert.Equal("secret", said.Properties["Hidden"].Value);
        Assert.Equal("said", said.Properties["Message"].Value);
    }

    private sealed class Hiding : Exception
    {
        [Hidden]
        public override string Message => "said";

        [Hidden]
        public string Hidden { get; } = "secret";
    }

    [Fact]
    public void ProgressSurvives()
    {
        var record = new ProgressRecord(3, "copying", "half")
        {
            ParentActivityId = 1, PercentComplete = 50, SecondsRemaining = 9, CurrentOperation = "op", RecordType = ProgressRecordType.Completed,
        };
        var back = (ProgressRecord)Codec.Trip(record)!;
        Assert.Equal(
            (3, 1, "copying", "half", "op", 50, 9, ProgressRecordType.Completed),
            (back.ActivityId, back.ParentActivityId, back.Activity, back.StatusDescription, back.CurrentOperation, back.PercentComplete, back.SecondsRemaining, back.RecordType));
    }

    [Fact]
    public void AScriptBlockKeepsTextFileAndLine()
    {
        Assert.Equal(" $x + 1 ", ((ScriptBlock)Codec.Trip(ScriptBlock.Create(" $x + 1 "))!).ToString());
        ScriptBlockAst file = Parser.ParseInput("\n\n  $b = { param($a)\n    $a * 2 }", "/scripts/lib.ps1", out _, out _);
        ScriptBlock inner = ((ScriptBlockExpressionAst)file.Find(static a => a is ScriptBlockExpressionAst, true)).ScriptBlock.GetScriptBlock();
        var back = (ScriptBlock)Codec.Trip(inner)!;
        Assert.Equal(inner.ToString(), back.ToString());
        Assert.Equal("/scripts/lib.ps1", back.File);
        Assert.Equal(inner.Ast.Extent.StartLineNumber, back.Ast.Extent.StartLineNumber);
        Assert.Equal(inner.Ast.Extent.StartColumnNumber, back.Ast.Extent.StartColumnNumber);
    }
}
