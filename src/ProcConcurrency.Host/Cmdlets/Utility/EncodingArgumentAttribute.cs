using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Turns the encoding names of PowerShell into encodings.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EncodingArgumentAttribute : ArgumentTransformationAttribute
{
    internal static readonly Encoding Default = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            string name => Named(name),
            int page => Encoding.GetEncoding(page),
            _ => inputData,
        };
    }

    private static Encoding Named(string name) => name.ToUpperInvariant() switch
    {
        "UTF8" or "UTF8NOBOM" or "DEFAULT" or "OEM" or "ANSI" => Default,
        "UTF8BOM" => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
        "UNICODE" or "STRING" or "UTF16" => Encoding.Unicode,
        "BIGENDIANUNICODE" => Encoding.BigEndianUnicode,
        "UTF32" => Encoding.UTF32,
        "BIGENDIANUTF32" => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
        "ASCII" => Encoding.ASCII,
        "LATIN1" => Encoding.Latin1,
        _ => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            ? Encoding.GetEncoding(page)
            : Encoding.GetEncoding(name),
    };
}
