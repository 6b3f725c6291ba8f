namespace ProcConcurrency.Host.Cmdlets;

/// <summary>When fields of separated values are quoted.</summary>
public enum QuoteKind
{
    Never,
    Always,
    AsNeeded,
}
