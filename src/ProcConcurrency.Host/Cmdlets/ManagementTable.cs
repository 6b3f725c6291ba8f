namespace ProcConcurrency.Host.Cmdlets;
internal static class ManagementTable { internal static IEnumerable<(string Name, Type Type)> Cmdlets => []; internal static (string Name, string Target)[] Aliases => []; }
