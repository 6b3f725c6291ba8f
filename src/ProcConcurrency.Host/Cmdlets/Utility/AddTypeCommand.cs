using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Add-Type: loads assemblies; there is no compiler here.</summary>
[Cmdlet(VerbsCommon.Add, "Type", DefaultParameterSetName = "FromPath")]
public sealed class AddTypeCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "FromPath")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "FromLiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "FromAssemblyName")]
    [Alias("AN")]
    public string[] AssemblyName { get; set; } = [];

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void BeginProcessing()
    {
        foreach (var file in OutputFile.Existing(this, Path, literal: false).Concat(OutputFile.Existing(this, LiteralPath, literal: true)))
        {
            Load(file, () => AssemblyLoadContext.Default.LoadFromAssemblyPath(file));
        }

        foreach (var name in AssemblyName)
        {
            Load(name, () => Assembly.Load(new AssemblyName(name)));
        }
    }

    private void Load(string name, Func<Assembly> load)
    {
        try
        {
            var assembly = load();
            if (PassThru)
            {
                WriteObject(assembly.GetExportedTypes(), enumerateCollection: true);
            }
        }
        catch (Exception failure) when (failure is IOException or BadImageFormatException)
        {
            ThrowTerminatingError(new ErrorRecord(failure, "ASSEMBLY_LOAD_FAILED", ErrorCategory.InvalidData, name));
        }
    }
}
