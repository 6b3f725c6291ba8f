using System.Management.Automation;
using System.Management.Automation.Internal;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Set-Variable.</summary>
[Cmdlet(VerbsCommon.Set, "Variable", SupportsShouldProcess = true)]
public sealed class SetVariableCommand : VariableCommandBase
{
    private readonly List<object?> _values = [];
    private bool _fromPipeline;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; } = AutomationNull.Value;

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public ScopedItemOptions Option { get; set; }

    [Parameter]
    public SessionStateEntryVisibility Visibility { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void BeginProcessing() => _fromPipeline = !MyInvocation.BoundParameters.ContainsKey(nameof(Value));

    protected override void ProcessRecord()
    {
        if (_fromPipeline && Value != AutomationNull.Value)
        {
            _values.Add(Value);
        }
    }

    protected override void EndProcessing()
    {
        var value = !_fromPipeline ? Value : _values.Count switch
        {
            0 => AutomationNull.Value,
            1 => _values[0],
            _ => _values.ToArray(),
        };
        foreach (var name in Name)
        {
            if (ShouldProcess($"Name: {name} Value: {value}", "Set variable"))
            {
                Attempt(name, () => Set(name, value));
            }
        }
    }

    private void Set(string name, object? value)
    {
        var bound = MyInvocation.BoundParameters;
        var existing = Scope is null
            ? EngineAccess.VariableAt(Session, name, "local")
            : EngineAccess.VariableAt(Session, name, Scope);

        // An existing variable keeps what was not named; only a given value, or none at all, is assigned.
        var variable = existing is null ? new PSVariable(name, null, ScopedItemOptions.None) : existing;
        if (existing is not null && !Force && (existing.Options & (ScopedItemOptions.ReadOnly | ScopedItemOptions.Constant)) != 0)
        {
            throw new SessionStateUnauthorizedAccessException($"Cannot overwrite variable {name} because it is read-only or constant.");
        }

        if (existing is not null && Force && !existing.Options.HasFlag(ScopedItemOptions.Constant))
        {
            existing.Options &= ~ScopedItemOptions.ReadOnly;
        }

        if (value != AutomationNull.Value || existing is null)
        {
            variable.Value = value == AutomationNull.Value ? null : value;
        }

        if (Description is not null)
        {
            variable.Description = Description;
        }

        if (bound.ContainsKey(nameof(Visibility)))
        {
            variable.Visibility = Visibility;
        }

        if (existing is null)
        {
            variable.Options = Option;
            _ = Scope is null
                ? EngineAccess.SetVariableAt(Session, variable, "local", Force, MyInvocation.CommandOrigin)
                : EngineAccess.SetVariableAt(Session, variable, Scope, Force, MyInvocation.CommandOrigin);
        }
        else if (bound.ContainsKey(nameof(Option)))
        {
            variable.Options = Option;
        }

        if (PassThru)
        {
            WriteObject(variable);
        }
    }
}
