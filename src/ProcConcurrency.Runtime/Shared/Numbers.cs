using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>Sums in the hub, whose errors are faults.</summary>
internal static class Numbers
{
    internal static StoredValue Add(StoredValue left, StoredValue right)
    {
        try
        {
            return left + right;
        }
        catch (ArithmeticException error)
        {
            throw new HubFaultException(
                HubFault.NotANumber, error is OverflowException ? "The sum has more than 64 bits; nothing was changed." : error.Message);
        }
    }
}
