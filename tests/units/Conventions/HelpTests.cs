using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using Markdig.Syntax;
using ProcConcurrency.Commands;
using ProcConcurrency.HelpBuilder;
using Xunit;

namespace ProcConcurrency.Units.Conventions;

/// <summary>The pages say what the cmdlets are, and the help files say what the pages say.</summary>
public sealed class HelpTests
{
    private const string Pages = "docs/en-US";

    public static TheoryData<string> Names => [.. Repository.Cmdlets.Keys.Order(StringComparer.Ordinal)];

    public static TheoryData<string> PageFiles => [.. Repository.Files(".md", Pages)];

    /// <summary>The topics to the letter. Who made the cmdlets' help is free, and Help.Tests.ps1 compares what it says.</summary>
    [Fact]
    public void The_help_files_are_up_to_date_with_the_pages()
    {
        var built = HelpFiles.Build(Repository.PathOf(Pages));
        var shipped = Repository.Files(string.Empty, "module/en-US").ToDictionary(static file => Path.GetFileName(file)!, Repository.Read);
        Assert.Equal(built.Keys.Order(StringComparer.Ordinal), shipped.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, text) in built.Where(static file => file.Key.EndsWith(".txt", StringComparison.Ordinal)))
        {
            Assert.True(
                text == shipped[name].ReplaceLineEndings("\n"),
                $"{name} is out of date. Run: dotnet run --project tools/HelpBuilder -- docs/en-US module/en-US");
        }
    }

    [Fact]
    public void Every_page_is_of_a_cmdlet_or_a_topic() => Assert.Equal(
        Repository.Cmdlets.Keys.Order(StringComparer.Ordinal),
        Repository.Files(".md", Pages).Select(static file => Path.GetFileNameWithoutExtension(file)!)
            .Where(static name => !name.StartsWith("about_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void The_index_by_topic_names_every_cmdlet_once_with_its_synopsis()
    {
        var index = Repository.Read("docs/cmdlets.md").ReplaceLineEndings("\n").Split('\n').Where(static line => line.StartsWith("| [", StringComparison.Ordinal));
        var expected = Repository.Cmdlets.Keys.Select(static name => $"| [{name}](en-US/{name}.md) | {Synopsis(name)} |");
        Assert.Equal(expected.Order(StringComparer.Ordinal), index.Order(StringComparer.Ordinal));

        static string Synopsis(string name)
        {
            var lines = Repository.Read($"{Pages}/{name}.md").ReplaceLineEndings("\n").Split('\n');
            return lines[Array.IndexOf(lines, "## SYNOPSIS") + 1];
        }
    }

    /// <summary>What <c>Get-Help -Online</c> opens: as long as the project has no address, no page has one.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_s_address_is_the_project_s(string name)
    {
        var gallery = (Hashtable)((Hashtable)Repository.Manifest["PrivateData"]!)["PSData"]!;
        var expected = gallery["ProjectUri"] is string project ? $"{project}/blob/main/{Pages}/{name}.md" : null;
        Assert.Equal(expected, new CommandPage(MarkdownPage.Parse(name, Repository.Read($"{Pages}/{name}.md"))).OnlineVersion);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_has_its_cmdlet_s_syntax(string name)
    {
        var sets = Repository.Info(name).ParameterSets;
        var expected = sets.Select(set => (
            Name: sets.Count > 1 ? set.Name : string.Empty,
            IsDefault: set.IsDefault || sets.Count == 1,
            Line: $"{name} {set.ToString().Replace(" [-ProgressAction <ActionPreference>]", string.Empty, StringComparison.Ordinal)}"));
        var page = Page(name).Syntax.Select(static line => (line.SetName, line.IsDefault, line.Line));
        Assert.Equal(expected.Order(), page.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_has_a_section_for_every_parameter_and_for_no_other(string name)
    {
        var info = Repository.Info(name);
        var expected = info.Parameters.Keys.Except(Cmdlet.CommonParameters).Order(StringComparer.Ordinal);
        Assert.Equal(expected, Page(name).Parameters.Select(static parameter => parameter.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_facts_of_every_parameter_are_true(string name)
    {
        var info = Repository.Info(name);
        foreach (var section in Page(name).Parameters)
        {
            Assert.NotEmpty(section.Description);
            var uses = info.ParameterSets.SelectMany(static set => set.Parameters, static (set, parameter) => (Set: set.Name, Parameter: parameter))
                .Where(use => use.Parameter.Name == section.Name).ToList();
            foreach (var (_, parameter) in uses)
            {
                Assert.Equal((Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType).Name, section.Facts["Type"]);
                Assert.Equal(string.Join(", ", parameter.Aliases), section.Facts["Aliases"]);
                Assert.Equal($"{parameter.IsMandatory}", section.Facts["Required"]);
                Assert.Equal(parameter.Position < 0 ? "Named" : $"{parameter.Position}", section.Facts["Position"]);
                Assert.Equal(Pipeline(parameter), section.Facts["Accept pipeline input"]);
            }

            // A list of what has a name takes patterns, but locks are left one by one.
            var taking = info.Parameters[section.Name];
            var isPattern = Repository.Cmdlets[name].GetProperty(section.Name)?.IsDefined(typeof(SupportsWildcardsAttribute)) == true;
            Assert.True(isPattern || !taking.ParameterType.IsArray || !Repository.IsReference(Repository.TakenBy(taking)) || name == "Exit-ProcLock");
            Assert.Equal($"{isPattern}", section.Facts["Accept wildcard characters"]);

            var sets = uses.Count == info.ParameterSets.Count ? "(All)" : string.Join(", ", uses.Select(static use => use.Set).Order(StringComparer.Ordinal));
            Assert.Equal(sets, string.Join(", ", section.Facts["Parameter Sets"].Split(", ").Order(StringComparer.Ordinal)));
        }
    }

    /// <summary>Without an argument a parameter is what its property begins with, or what the page says in words where the cmdlet works it out.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_default_of_every_parameter_is_true(string name)
    {
        string[] inWords = ["New-ProcPool -Size", "New-ProcPool -MinSize", "Invoke-ProcPool -ThrottleLimit"];
        using var cmdlet = (ProcCmdlet)Activator.CreateInstance(Repository.Cmdlets[name])!;
        foreach (var section in Page(name).Parameters)
        {
            var value = cmdlet.GetType().GetProperty(section.Name)?.GetValue(cmdlet);
            var said = section.Facts["Default value"];
            if (section.Facts["Type"] == "SwitchParameter" || section.Facts["Required"] == "True")
            {
                Assert.Equal(section.Facts["Type"] == "SwitchParameter" ? "False" : "None", said);
            }
            else if (value is null or 0 or 0L or 0.0 or Array { Length: 0 } || inWords.Contains($"{name} -{section.Name}"))
            {
                Assert.Matches("^(None|0|(?!False|True).*[a-z].*)$", said);
            }
            else
            {
                Assert.Equal(value is int.MaxValue ? "No limit" : LanguagePrimitives.ConvertTo<string>(value), said);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_says_how_to_wait_without_a_limit(string name) => Assert.All(
        Page(name).Parameters.Where(static parameter => parameter.Name == "Timeout"),
        static parameter => Assert.Contains(parameter.Description, static block => PlainText.Of(block).Contains("-1 is no limit", StringComparison.Ordinal)));

    // The members of Python 3.14's multiprocessing, in the order of its documentation, with those that this leaves out.
    [Theory]
    [InlineData("Process", "Process( group run( start( join( name is_alive( daemon pid ident exitcode authkey sentinel interrupt( terminate( kill( close( ProcessError BufferTooShort AuthenticationError TimeoutError")]
    [InlineData("Pipes and queues", "Pipe( Queue( qsize( empty( full( put( put_nowait( get( get_nowait( close( join_thread( cancel_join_thread( SimpleQueue( put get empty close JoinableQueue( task_done( join(")]
    [InlineData("Miscellaneous functions", "active_children( cpu_count( current_process( parent_process( freeze_support( allow_connection_pickling( get_all_start_methods( get_context( get_start_method( set_start_method( set_executable( set_forkserver_preload(")]
    [InlineData("Connection objects", "send( recv( fileno( close( poll( poll(None) send_bytes( recv_bytes( recv_bytes_into( closed readable writable")]
    [InlineData("Synchronization primitives", "Barrier( wait( reset( abort( parties n_waiting broken BoundedSemaphore( Condition( wait( wait_for( notify( notify_all( Event( set( clear( is_set( wait( Lock( acquire( release( locked( RLock( Semaphore( get_value(")]
    [InlineData("Shared ctypes objects", "Value( Array( value raw get_lock( get_obj( RawValue RawArray copy( synchronized(")]
    [InlineData("Managers", "Manager( BaseManager( start( get_server( connect( shutdown( join( register( address SyncManager Barrier BoundedSemaphore Condition Event Lock Queue JoinableQueue RLock Semaphore Array Value dict list set Pool( Namespace( dict( list( set( _callmethod( _getvalue( repr(")]
    [InlineData("Process pools", "Pool( apply( apply_async( map( map_async( imap( next( imap_unordered( starmap( starmap_async( close( terminate( join( AsyncResult.get( wait( ready( successful(")]
    [InlineData("Listeners and clients", "deliver_challenge( answer_challenge( Client( Listener( accept( close( address last_accepted with wait( addresses authkey")]
    [InlineData("Logging and the rest", "get_logger( log_to_stderr( SUBDEBUG SUBWARNING multiprocessing.dummy ThreadPool")]
    [InlineData("Shared memory", "SharedMemory( buf name size close( unlink( SharedMemoryManager( ShareableList( count index format shm")]
    public void The_page_for_those_who_come_from_Python_has_every_member_in_Python_s_order(string section, string members)
    {
        var page = File.ReadAllText(Repository.PathOf($"{Pages}/about_ProcConcurrency_FromPython.md"));
        var rows = page.Split($"### {section}\n")[1].Split("\n#")[0].Split('\n').Where(static line => line.StartsWith('|')).ToList();
        var row = 0;
        foreach (var member in members.Split(' '))
        {
            // A row may have several of them.
            var found = rows.FindIndex(row, line => line.Split('|')[1].Contains(member, StringComparison.Ordinal));
            Assert.True(found >= 0, $"{member} is missing, or not in its place");
            row = found;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_has_examples_outputs_notes_and_links(string name)
    {
        var page = Page(name);
        var examples = page["EXAMPLES"].Sections;
        Assert.InRange(examples.Count, 3, 5);

        // Behind its code an example has what it prints, or says so where that is nothing.
        Assert.All(examples, static example => Assert.True(
            example.Blocks.FindIndex(static block => block is CodeBlock) is >= 0 and var code && code < example.Blocks.Count - 1,
            $"{example.Title}: nothing stands behind the code."));
        Assert.Contains(examples.SelectMany(static example => example.Blocks), static block => block is FencedCodeBlock { Info: "Output" });
        Assert.NotEmpty(page["OUTPUTS"].Sections);
        Assert.NotEmpty(page["NOTES"].Blocks);
        Assert.Contains(page["RELATED LINKS"].Blocks, static link => PlainText.Of(link).Contains("about_ProcConcurrency", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(PageFiles))]
    public void Code_in_a_page_parses_and_uses_parameters_that_exist(string file)
    {
        var page = MarkdownPage.Parse(Path.GetFileNameWithoutExtension(file), Repository.Read(file));
        foreach (var code in Blocks(page.Top).OfType<FencedCodeBlock>().Where(static code => code.Info == "powershell"))
        {
            var ast = Parser.ParseInput(PlainText.Of(code), out _, out var errors);
            Assert.Empty(errors);
            foreach (CommandAst command in ast.FindAll(static node => node is CommandAst, searchNestedScriptBlocks: true))
            {
                var name = command.GetCommandName() ?? string.Empty;
                if (Repository.Cmdlets.ContainsKey(name))
                {
                    var parameters = Repository.Info(name).Parameters;
                    Assert.All(command.CommandElements.OfType<CommandParameterAst>(), used => Assert.True(
                        parameters.Values.Any(parameter => parameter.Name == used.ParameterName || parameter.Aliases.Contains(used.ParameterName)),
                        $"{name} has no -{used.ParameterName}."));
                }
            }
        }
    }

    private static CommandPage Page(string name) => new(MarkdownPage.Parse(name, Repository.Read($"{Pages}/{name}.md")));

    private static string Pipeline(CommandParameterInfo parameter) => (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
    {
        (true, true) => "True (ByPropertyName, ByValue)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static IEnumerable<Block> Blocks(Section section) => section.Blocks.Concat(section.Sections.SelectMany(Blocks));
}
