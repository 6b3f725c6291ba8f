namespace ProcConcurrency.Host.Cmdlets;
internal static class UtilityTable { internal static IEnumerable<(string Name, Type Type)> Cmdlets => []; internal static (string Name, string Target)[] Aliases => []; }
