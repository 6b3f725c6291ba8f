using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>One group of Group-Object, under the name the engine's format views know.</summary>
public class GroupInfo
{
    internal GroupInfo(string name, object?[] values)
    {
        Name = name;
        Values = new ArrayList(values);
    }

    public ArrayList Values { get; }

    public int Count { get; internal set; }

    public Collection<PSObject> Group { get; } = [];

    public string Name { get; }

    internal void Add(PSObject item, bool keep)
    {
        Count++;
        if (keep)
        {
            Group.Add(item);
        }
    }
}
