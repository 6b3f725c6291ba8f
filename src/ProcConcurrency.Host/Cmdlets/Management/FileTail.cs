using System.Collections;
using System.Management.Automation.Provider;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>The end of a file, found by the engine's own file reader.</summary>
internal static class FileTail
{
    private const string Reader = "Microsoft.PowerShell.Commands.FileSystemContentReaderWriter, System.Management.Automation";

    internal static bool IsFile(IContentReader reader) => reader.GetType().Name == "FileSystemContentReaderWriter";

    /// <summary>Goes back from the end, where the encoding has a way to do so.</summary>
    internal static bool Seek(IContentReader reader, int count)
    {
        try
        {
            SeekItemsBackward(reader, count);
            return true;
        }
        catch (Exception failure) when (failure.GetType().Name == "BackReaderEncodingNotSupportedException")
        {
            reader.Seek(0, SeekOrigin.Begin);
            return false;
        }
    }

    internal static object[] Scan(IContentReader reader, int count)
    {
        Queue<object> last = new();
        while (ReadWithoutWaitingChanges(reader, 1) is { Count: > 0 } read)
        {
            foreach (var item in read)
            {
                if (last.Count == count)
                {
                    // None is wanted when count is zero.
                    if (count == 0)
                    {
                        break;
                    }

                    last.Dequeue();
                }

                last.Enqueue(item);
            }
        }

        return [.. last];
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SeekItemsBackward")]
    private static extern void SeekItemsBackward([UnsafeAccessorType(Reader)] object reader, int backCount);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ReadWithoutWaitingChanges")]
    private static extern IList? ReadWithoutWaitingChanges([UnsafeAccessorType(Reader)] object reader, long readCount);
}
