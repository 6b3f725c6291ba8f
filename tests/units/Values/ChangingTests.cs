using System.Collections;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

/// <summary>Values that another thread changes while they are encoded.</summary>
public sealed class ChangingTests
{
    [Fact]
    public void A_table_is_read_again()
    {
        var back = (Hashtable)Codec.Trip(new Restless(2))!;
        Assert.Equal(3, back.Count);
        Assert.Equal(1, back["first"]);
    }

    [Fact]
    public void One_that_never_rests_is_refused_with_its_place()
    {
        var error = Assert.Throws<ValueNotSerializableException>(() => Codec.Encode(Codec.Custom(("Inner", new Restless(int.MaxValue)))));
        Assert.StartsWith("Value.Inner was changed by another thread", error.Message, StringComparison.Ordinal);
    }

    // Changed amid so many enumerations of it.
    private sealed class Restless : Hashtable
    {
        private int _changes;

        internal Restless(int changes)
        {
            this["first"] = 1;
            _changes = changes;
        }

        public override IDictionaryEnumerator GetEnumerator()
        {
            var walk = base.GetEnumerator();
            if (_changes-- > 0)
            {
                this[Guid.NewGuid()] = 1;
            }

            return walk;
        }
    }
}
