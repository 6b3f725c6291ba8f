namespace ProcConcurrency.Runtime.Processes;

/// <summary>What environment variables had before somebody set them for the start of a process: it travels beside them, and that process puts it back.</summary>
public static class SavedVariables
{
    /// <summary>Stands before a variable's name, in that of the one which has its former value.</summary>
    public const string Prefix = "PROCCONCURRENCY_SAVED_";

    /// <summary>In that process: gives variables their former values, or none, and takes those away that had them.</summary>
    /// <param name="names">The variables.</param>
    public static void Restore(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Environment.SetEnvironmentVariable(name, Environment.GetEnvironmentVariable(Prefix + name));
            Environment.SetEnvironmentVariable(Prefix + name, null);
        }
    }
}
