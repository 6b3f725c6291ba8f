using System.Collections;
using System.Management.Automation;

namespace ProcConcurrency.Values;

// What the tables of forms know: small types of the base library, and its collections.
internal sealed partial class ValueWriter
{
    private bool TryWriteFramework(object value)
    {
        if (FrameworkForms.Find(value, out byte number) is not { } form || form.Apart(value) is not { } parts)
        {
            return false;
        }

        WriteTagged(ValueTag.Framework, number);
        WriteVar((uint)parts.Length);
        foreach (object part in parts)
        {
            if (part is byte[] bytes)
            {
                WriteBytes(bytes);
            }
            else
            {
                TryWriteLive(part, part.GetType());
            }
        }

        return true;
    }

    private bool TryWriteCollection(object value, Type type)
    {
        if (CollectionForms.Find(type) is not { } form || form.IgnoresCase(value) is not { } ignoresCase)
        {
            return false;
        }

        if (!TryEnter(value))
        {
            return true;
        }

        WriteTagged(ValueTag.Collection, form.Number);
        foreach (byte element in form.Elements)
        {
            Take(1)[0] = element;
        }

        Take(1)[0] = ignoresCase ? (byte)1 : (byte)0;
        if (form.IsDictionary)
        {
            WriteEntries((IDictionary)value);
        }
        else
        {
            WriteEnumerated((IEnumerable)value);
        }

        Leave();
        return true;
    }
}
