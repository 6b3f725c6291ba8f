using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using Xunit;

namespace ProcConcurrency.Units.Remote;

public sealed class AgentVariablesTests
{
    [Fact]
    public void What_an_agent_was_started_with_is_no_childs()
    {
        var words = AgentVariables.Words.Split(' ').Select(static word => word.Split('=')).ToDictionary(static word => word[0], static word => word[1]);
        Assert.NotEmpty(words);
        var before = words.Keys.ToDictionary(static name => name, Environment.GetEnvironmentVariable);
        try
        {
            var first = words.Keys.First();
            Environment.SetEnvironmentVariable(SavedVariables.Prefix + first, "its own");
            Environment.SetEnvironmentVariable(AgentVariables.Assembly, "/x/y.dll");
            Environment.SetEnvironmentVariable(AgentVariables.Folder, "/x");
            foreach (var (name, value) in words)
            {
                Environment.SetEnvironmentVariable(name, value);
            }

            AgentVariables.Restore();
            Assert.Equal("its own", Environment.GetEnvironmentVariable(first));
            Assert.All(words.Keys.Skip(1), static name => Assert.Null(Environment.GetEnvironmentVariable(name)));
            Assert.Null(Environment.GetEnvironmentVariable(AgentVariables.Assembly));
            Assert.Null(Environment.GetEnvironmentVariable(AgentVariables.Folder));
            Assert.Null(Environment.GetEnvironmentVariable(SavedVariables.Prefix + first));
        }
        finally
        {
            foreach (var (name, value) in before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}
