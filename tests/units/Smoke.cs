namespace ProcConcurrency.Units;
public sealed class Smoke { [Xunit.Fact] public void Runs() => Xunit.Assert.True(true); }
