using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Reflection;
using ProcConcurrency.Commands;
using ProcConcurrency.Commands.Binding;
using Xunit;

namespace ProcConcurrency.Units.Conventions;

/// <summary>The repository that these tests were built from, and what its assemblies say.</summary>
internal static class Repository
{
    private static readonly string[] s_built = ["bin", "obj", "TestResults", ".git", ".vs", ".idea"];

    internal static string Root { get; } = FindRoot();

    internal static Assembly Module { get; } = typeof(ProcCmdlet).Assembly;

    internal static Assembly Runtime { get; } = typeof(ProcConcurrency.Runtime.Processes.Deadline).Assembly;

    /// <summary>Every cmdlet class of the module by its name.</summary>
    internal static IReadOnlyDictionary<string, Type> Cmdlets { get; } = Module.GetTypes()
        .Where(static type => type.GetCustomAttribute<CmdletAttribute>(inherit: false) is not null)
        .ToDictionary(static type => NameOf(type), StringComparer.Ordinal);

    internal static Hashtable Manifest { get; } = ReadManifest("ProcConcurrency.psd1");

    /// <summary>The manifest that children import, as the build wrote it.</summary>
    internal static Hashtable ChildManifest { get; } = ReadManifest(Path.Combine("module", "ProcConcurrency.psd1"));

    internal static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The repository's own files of one kind, by their path from its root with forward slashes.</summary>
    internal static IEnumerable<string> Files(string extension, string folder = "") =>
        FilesBelow(Path.Combine(Root, folder)).Where(path => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            .Select(static path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    internal static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    /// <summary>A type of the module, or of the runtime, whose objects cmdlets write too.</summary>
    internal static Type TypeNamed(string name) => Module.GetType(name) ?? Runtime.GetType(name, throwOnError: true)!;

    /// <summary>A cmdlet as PowerShell sees it, with its parameter sets.</summary>
    internal static CommandInfo Info(string name)
    {
        var state = InitialSessionState.Create();
        state.Commands.Add(new SessionStateCmdletEntry(name, Cmdlets[name], null));
        using var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        var info = runspace.SessionStateProxy.InvokeCommand.GetCommand(name, CommandTypes.Cmdlet);

        // Sets and parameters are worked out when asked for, which needs the runspace.
        _ = info.ParameterSets.Count;
        return info;
    }

    /// <summary>What a parameter takes one or more of: by its attribute, or else by its type.</summary>
    internal static Type TakenBy(ParameterMetadata parameter)
    {
        var takes = parameter.Attributes.Select(static attribute => attribute.GetType())
            .FirstOrDefault(static type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(TakesAttribute<>));
        var own = parameter.ParameterType.GetElementType() ?? parameter.ParameterType;
        return takes?.GetGenericArguments()[0] ?? Nullable.GetUnderlyingType(own) ?? own;
    }

    /// <summary>Whether it stands for something that is named in several ways, by its name for one.</summary>
    internal static bool IsReference(Type taken) => taken.Namespace == typeof(ProcPoolReference).Namespace && taken.GetConstructor([typeof(PSObject)]) is not null;

    private static string NameOf(Type type)
    {
        var cmdlet = type.GetCustomAttribute<CmdletAttribute>(inherit: false)!;
        return $"{cmdlet.VerbName}-{cmdlet.NounName}";
    }

    private static IEnumerable<string> FilesBelow(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder).Where(static child => !s_built.Contains(Path.GetFileName(child))).SelectMany(FilesBelow));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ProcConcurrency.psd1")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
    }

    private static Hashtable ReadManifest(string file)
    {
        var ast = Parser.ParseFile(Path.Combine(Root, file), out _, out var errors);
        Assert.Empty(errors);
        return (Hashtable)ast.Find(static node => node is HashtableAst, searchNestedScriptBlocks: false)!.SafeGetValue();
    }
}
