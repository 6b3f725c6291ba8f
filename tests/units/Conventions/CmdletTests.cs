using System.Collections;
using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Jobs;
using ProcConcurrency.Pools;
using ProcConcurrency.Scripts;
using Xunit;

namespace ProcConcurrency.Units.Conventions;

/// <summary>What every cmdlet of the module keeps to.</summary>
public sealed class CmdletTests
{
    public static TheoryData<string> Names => [.. Repository.Cmdlets.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_verb_is_approved(string name)
    {
        var approved = typeof(VerbsCommon).Assembly.GetExportedTypes()
            .Where(static type => type.Namespace == "System.Management.Automation" && type.Name.StartsWith("Verbs", StringComparison.Ordinal))
            .SelectMany(static type => type.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(static field => field.Name);
        Assert.Contains(name.Split('-')[0], approved);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_class_is_public_and_sealed_and_named_after_it(string name)
    {
        var type = Repository.Cmdlets[name];
        Assert.True(type is { IsPublic: true, IsSealed: true });
        Assert.Equal(name.Replace("-", string.Empty, StringComparison.Ordinal) + "Command", type.Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_has_a_file_of_its_own_in_the_folder_of_its_noun(string name)
    {
        var noun = name.Split('-')[1];
        var file = $"src/ProcConcurrency/Commands/{noun}/{Repository.Cmdlets[name].Name}.cs";
        Assert.Contains(file, Repository.Files(".cs", "src/ProcConcurrency/Commands"));
        Assert.Single(Regex.Matches(Repository.Read(file), @"^\[Cmdlet\(", RegexOptions.Multiline));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_says_what_it_writes(string name) =>
        Assert.NotEmpty(Repository.Cmdlets[name].GetCustomAttributes<OutputTypeAttribute>());

    [Theory]
    [MemberData(nameof(Names))]
    public void It_can_be_asked_what_it_would_end_or_remove(string name)
    {
        if (name.Split('-')[0] is "Stop" or "Remove" or "Close")
        {
            Assert.True(Repository.Cmdlets[name].GetCustomAttribute<CmdletAttribute>()!.SupportsShouldProcess);
        }
    }

    /// <summary>So that a pipeline goes on. What is removed can't be of use to anybody.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void It_can_hand_on_what_it_was_given_where_it_writes_nothing_else(string name)
    {
        string[] writesElse = ["Wait-ChildProcess", "Wait-ProcBarrier", "Wait-ProcTask"];
        if (name.Split('-')[0] is "Close" or "Complete" or "Enter" or "Exit" or "Export" or "Reset" or "Send" or "Set" or "Stop" or "Wait" && !writesElse.Contains(name))
        {
            Assert.Contains("PassThru", Repository.Info(name).Parameters.Keys);
        }

        var writesNothing = Repository.Cmdlets[name].GetCustomAttributes<OutputTypeAttribute>().SelectMany(static attribute => attribute.Type).All(static type => type.Type == typeof(void));
        Assert.Equal(name == "Remove-ProcObject", writesNothing);
    }

    /// <summary>In a block for another process, within a block, `$using:` means the variables of the process that runs the command.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_known_whether_its_block_runs_elsewhere(string name)
    {
        string[] here = ["Use-ProcLock", "Wait-ProcCondition"];
        var takesBlock = Repository.Info(name).Parameters.Values.Any(static parameter =>
            parameter.ParameterType == typeof(ScriptBlock) && parameter.Name is "ScriptBlock" or "InitializationScript");
        Assert.Equal(takesBlock && !here.Contains(name), BlockDestination.IsElsewhere(name));
    }

    /// <summary>PowerShell's own message would name the type, which nobody has typed.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_wrong_argument_for_a_type_of_ours_or_an_enum_is_told_in_words(string name)
    {
        foreach (var parameter in Repository.Info(name).Parameters.Values.Where(static parameter => !Cmdlet.CommonParameters.Contains(parameter.Name)))
        {
            var type = Repository.TakenBy(parameter);
            if (!type.IsEnum && type != typeof(ScriptBlock) && type.Assembly != Repository.Module && type.Assembly != Repository.Runtime)
            {
                continue;
            }

            var takes = Assert.Single(parameter.Attributes.OfType<ArgumentTransformationAttribute>(), attribute => attribute.GetType() == typeof(TakesAttribute<>).MakeGenericType(type));
            Assert.Equal(parameter.ParameterType.IsArray, takes.GetType().GetProperty(nameof(TakesAttribute<object>.Many))!.GetValue(takes));
            foreach (var wrong in new object[] { DateTime.UnixEpoch, new object[] { new Version(1, 2), DateTime.UnixEpoch }, new PSObject(new Version(1, 2)), new Hashtable(), new PSObject(), type.IsEnum ? "nonsense" : true })
            {
                var error = Assert.Throws<ArgumentTransformationMetadataException>(() => takes.Transform(null!, wrong));
                Assert.Matches(@"^'?\w.* is no [\w ]+: give [^.]+(\.\S[^.]*)*\.$", error.Message);
                Assert.DoesNotContain(type.Namespace!.Split('.')[0], error.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>PowerShell completes an enum by itself, without a meaning, and asks no completer.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_word_of_a_few_is_completed_with_its_meaning(string name)
    {
        foreach (var parameter in Repository.Info(name).Parameters.Values.Where(static parameter => !Cmdlet.CommonParameters.Contains(parameter.Name)))
        {
            Assert.False((parameter.ParameterType.GetElementType() ?? parameter.ParameterType).IsEnum, $"-{parameter.Name} is of an enum.");
            if (Repository.TakenBy(parameter) is { IsEnum: true } type)
            {
                var completer = (IArgumentCompleter)Activator.CreateInstance(Assert.Single(parameter.Attributes.OfType<ArgumentCompleterAttribute>()).Type!)!;
                var results = completer.CompleteArgument(name, parameter.Name, string.Empty, null!, new Hashtable()).ToList();
                Assert.All(results, result => Assert.NotEqual(result.CompletionText, result.ToolTip));

                // Of PowerShell's own, those that there can be.
                Assert.Subset(Enum.GetNames(type).ToHashSet(), results.Select(static result => result.CompletionText).ToHashSet());
                Assert.True(results.Count == Enum.GetNames(type).Length || type.Assembly != Repository.Runtime);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_names_something_that_is_there_is_completed(string name)
    {
        string[] there = ["EnginePath", "HostName", "Id", "LogPath", "Module", "ProcessId"];
        foreach (var parameter in Repository.Info(name).Parameters.Values)
        {
            if (there.Contains(parameter.Name) || Repository.IsReference(Repository.TakenBy(parameter)))
            {
                Assert.NotEmpty(parameter.Attributes.OfType<ArgumentCompleterAttribute>());
            }
        }
    }

    [Fact]
    public void Every_completion_says_what_it_is() => Assert.All(
        Repository.Files(".cs", "src/ProcConcurrency"),
        static file => Assert.DoesNotMatch(@"new CompletionResult\([^,;]*\)\s*[;)]", Repository.Read(file)));

    [Fact]
    public void The_manifest_of_children_is_the_same_module()
    {
        Assert.Equal(Repository.Manifest["ModuleVersion"], Repository.ChildManifest["ModuleVersion"]);
        foreach (var key in new[] { "RootModule", "FormatsToProcess", "TypesToProcess" })
        {
            Assert.Equal(Files(Repository.Manifest[key]), Files(Repository.ChildManifest[key]).Select(static file => "module/" + file));
        }

        static IEnumerable<string> Files(object? value) => value is string file ? [file] : ((IEnumerable)value!).Cast<string>();
    }

    [Fact]
    public void The_manifest_exports_the_cmdlets_and_nothing_else()
    {
        var exported = ((IEnumerable)Repository.Manifest["CmdletsToExport"]!).Cast<string>();
        Assert.Equal(Repository.Cmdlets.Keys.Order(StringComparer.Ordinal), exported.Order(StringComparer.Ordinal));
        foreach (var key in new[] { "FunctionsToExport", "VariablesToExport", "AliasesToExport" })
        {
            Assert.Empty((IEnumerable)Repository.Manifest[key]!);
        }
    }

    [Fact]
    public void Every_type_of_ours_that_is_written_has_a_table_and_a_list()
    {
        var formats = XDocument.Load(Repository.PathOf("module", "ProcConcurrency.Format.ps1xml"));
        var views = formats.Descendants("View").ToLookup(static view => view.Descendants("TypeName").First().Value);
        foreach (var type in Written())
        {
            Assert.NotEmpty(views[type.FullName!].Elements("TableControl"));
            Assert.NotEmpty(views[type.FullName!].Elements("ListControl"));
        }

        // And no view is left of a type that is gone, nor names a property that isn't there.
        foreach (var type in views)
        {
            var properties = Repository.TypeNamed(type.Key).GetProperties().Select(static property => property.Name).Append("State");
            Assert.All(type.SelectMany(static view => view.Descendants("PropertyName")), name => Assert.Contains(name.Value, properties));
        }
    }

    /// <summary>Among objects of other types PowerShell shows a list; without a set of ours that is of all properties. What is enumerated is shown as its items.</summary>
    [Fact]
    public void Every_type_of_ours_that_is_written_has_a_set_of_properties_to_show()
    {
        string[] enumerated = ["ProcArray", "ProcDictionary", "ProcList"];
        var sets = XDocument.Load(Repository.PathOf("module", "ProcConcurrency.Types.ps1xml")).Root!.Elements("Type").ToDictionary(
            static type => type.Element("Name")!.Value, static type => type.Descendants("ReferencedProperties").Elements("Name").Select(static name => name.Value));
        Assert.All(Written().Append(typeof(ProcPoolJob)).Where(type => !enumerated.Contains(type.Name)), type => Assert.Contains(type.FullName!, sets.Keys));

        // And none is left of a type that is gone, nor names a property that isn't there.
        Assert.All(sets, static set =>
        {
            var properties = Repository.TypeNamed(set.Key).GetProperties().Select(static property => property.Name).Append("State");
            Assert.All(set.Value, name => Assert.Contains(name, properties));
        });
    }

    /// <summary>Within a string PowerShell writes what ToString gives, which without one of ours is the type's raw name.</summary>
    [Fact]
    public void Every_type_of_ours_that_is_written_says_itself_what_it_is_within_a_string() => Assert.All(
        Written().Concat([typeof(ProcPoolJob), typeof(ProcPoolWorker), typeof(JobStreams)]),
        static type => Assert.Contains(type.GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType!.Assembly, new[] { Repository.Module, Repository.Runtime }));

    /// <summary>A column without a width, the last one, has what is left, and its title at the least.</summary>
    [Fact]
    public void Every_table_fits_a_window_of_80_columns()
    {
        foreach (var table in XDocument.Load(Repository.PathOf("module", "ProcConcurrency.Format.ps1xml")).Descendants("TableControl"))
        {
            var columns = table.Descendants("TableColumnHeader").ToList();
            var widths = columns.Sum(static column => (int?)column.Element("Width") ?? column.Element("Label")!.Value.Length);
            Assert.True(widths + columns.Count - 1 <= 80, $"The table of {table.Parent!.Element("Name")!.Value} has {widths + columns.Count - 1} columns.");
        }
    }

    [Fact]
    public void Types_name_properties_that_exist()
    {
        foreach (var type in XDocument.Load(Repository.PathOf("module", "ProcConcurrency.Types.ps1xml")).Root!.Elements("Type"))
        {
            var properties = Repository.TypeNamed(type.Element("Name")!.Value).GetProperties()
                .Select(static property => property.Name).Append("State");
            Assert.All(type.Descendants("ReferencedProperties").Elements("Name"), name => Assert.Contains(name.Value, properties));
        }
    }

    [Theory]
    [InlineData("FormatsToProcess", "*.Format.ps1xml")]
    [InlineData("TypesToProcess", "*.Types.ps1xml")]
    public void The_manifest_names_the_files_that_are_there(string key, string pattern) => Assert.Equal(
        Directory.EnumerateFiles(Repository.PathOf("module"), pattern).Select(static path => "module/" + Path.GetFileName(path)).Order(StringComparer.Ordinal),
        ((IEnumerable)Repository.Manifest[key]!).Cast<string>().Order(StringComparer.Ordinal));

    /// <summary>The types of ours that cmdlets write.</summary>
    private static HashSet<Type> Written() => [.. Repository.Cmdlets.Values.SelectMany(static type => type.GetCustomAttributes<OutputTypeAttribute>())
        .SelectMany(static attribute => attribute.Type).Select(static type => type.Type).OfType<Type>()
        .Where(static type => type.Namespace!.StartsWith("ProcConcurrency", StringComparison.Ordinal))];
}
