using System.Text;
using ProcConcurrency.Units;
using Xunit;

[assembly: AssemblyFixture(typeof(BackgroundFaults))]

namespace ProcConcurrency.Units;

/// <summary>
/// What our own threads throw goes to the standard error, and ends nothing: so a test whose pool or child has met a fault passes all the
/// same. The run as a whole fails where one was told that no test meant.
/// </summary>
public sealed class BackgroundFaults : IDisposable
{
    private const string Mark = "ProcConcurrency, ";

    // What a test throws to see where it goes.
    private const string Meant = "on purpose";

    private readonly TextWriter _error = Console.Error;
    private readonly Listener _listener;

    /// <summary>Listens from now on.</summary>
    public BackgroundFaults()
    {
        // The first use gives the hub what it knows of PowerShell, for the whole process: before any test, not within one.
        _ = ProcConcurrency.Values.SessionValues.Context;
        _listener = new Listener(_error);
        Console.SetError(_listener);
    }

    /// <summary>Looks at what was told, once what nobody refers to has ended.</summary>
    /// <exception cref="InvalidOperationException">There was a fault.</exception>
    public void Dispose()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Console.SetError(_error);
        if (_listener.Faults is { Count: > 0 } faults)
        {
            throw new InvalidOperationException("Threads of ours threw what no test meant:\n" + string.Join('\n', faults));
        }
    }

    private sealed class Listener(TextWriter next) : TextWriter
    {
        private readonly List<string> _faults = [];

        public override Encoding Encoding => next.Encoding;

        public List<string> Faults
        {
            get
            {
                lock (_faults)
                {
                    return [.. _faults];
                }
            }
        }

        public override void Write(char value) => next.Write(value);

        public override void Write(string? value) => next.Write(value);

        public override void WriteLine(string? value)
        {
            if (value?.StartsWith(Mark, StringComparison.Ordinal) == true && !value.Contains(Meant, StringComparison.Ordinal))
            {
                lock (_faults)
                {
                    _faults.Add(value);
                }
            }

            next.WriteLine(value);
        }
    }
}
