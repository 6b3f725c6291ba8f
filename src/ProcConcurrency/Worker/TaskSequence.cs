using System.Collections;

namespace ProcConcurrency.Worker;

/// <summary>
/// A worker's tasks, as the loop over them has them: the first who enumerates it gets them. Blocks can see it, among the variables and in
/// the call stack; to whoever shows all of that it is empty, for to take a task is to end the one before.
/// </summary>
internal sealed class TaskSequence(TaskQueue tasks) : IEnumerable
{
    private bool _isTaken;

    /// <summary>The arguments of the task at hand, by position, where it brings its own.</summary>
    public object?[]? ArgumentList => tasks.ArgumentList;

    /// <summary>The arguments of the task at hand, by name, where it brings its own.</summary>
    public IDictionary? Parameters => tasks.Parameters;

    public IEnumerator GetEnumerator()
    {
        if (_isTaken)
        {
            return Array.Empty<object>().GetEnumerator();
        }

        _isTaken = true;
        return new Enumerator(tasks);
    }

    /// <summary>As it is: nobody else may ask for the next.</summary>
    private sealed class Enumerator(TaskQueue tasks) : IEnumerator
    {
        public object? Current => tasks.Current;

        public bool MoveNext() => tasks.MoveNext();

        public void Reset() => throw new NotSupportedException();
    }
}
