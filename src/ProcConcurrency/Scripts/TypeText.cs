using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using ProcConcurrency.Values;
using System.Management.Automation.Language;
using System.Reflection;

namespace ProcConcurrency.Scripts;

/// <summary>Writes an enum, or a class that has nothing but properties, as the PowerShell that defines it: the type says all that its source did.</summary>
internal static class TypeText
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly;

    /// <summary>The other types that the definition names.</summary>
    internal static IEnumerable<Type> Parts(Type type) => type.IsEnum
        ? []
        : [
            type.BaseType!,
            .. type.GetInterfaces(),
            .. type.GetProperties(Declared).Select(static property => property.PropertyType),
            .. Attributes(type).Concat(type.GetProperties(Declared).SelectMany(Attributes)).Select(static attribute => attribute.AttributeType),
        ];

    /// <exception cref="CallerException">An attribute has an argument that can't be written.</exception>
    internal static string Of(Type type) => type.IsEnum ? OfEnum(type) : OfClass(type);

    private static string OfEnum(Type type)
    {
        var members = type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field =>
            $"{field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        var flags = type.IsDefined(typeof(FlagsAttribute), inherit: false) ? "[System.FlagsAttribute()] " : string.Empty;
        return $"{flags}enum {type.Name} : {Name(Enum.GetUnderlyingType(type))} {{ {string.Join("; ", members)} }}";
    }

    private static string OfClass(Type type)
    {
        var inherited = type.BaseType!.GetInterfaces();
        var bases = type.GetInterfaces().Except(inherited).Prepend(type.BaseType).Where(static item => item != typeof(object)).Select(Name);
        var list = string.Join(", ", bases);
        var members = type.GetProperties(Declared).Select(property =>
            $"{Text(property, type)}{(property.GetMethod!.IsStatic ? "static " : string.Empty)}[{Name(property.PropertyType)}] ${property.Name}");
        return $"{Text(type, type)}class {type.Name}{(list.Length == 0 ? list : $" : {list}")} {{ {string.Join("; ", members)} }}";
    }

    // As PowerShell writes a type: System.Collections.Generic.List[int]. One of a script is known by its own name where it goes, without that of
    // the function or the assembly that it stands in.
    private static string Name(Type type) => !HasScriptType(type) ? LanguagePrimitives.ConvertTo<string>(type)
        : type.IsArray ? $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]"
        : type.IsGenericType ? $"{type.Namespace}.{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}[{string.Join(", ", type.GenericTypeArguments.Select(Name))}]"
        : type.Name;

    private static bool HasScriptType(Type type) => type.HasElementType ? HasScriptType(type.GetElementType()!)
        : type.GenericTypeArguments.Any(HasScriptType) || (type.Assembly.IsDynamic && ScriptEnums.IsOfScript(type));

    private static IEnumerable<CustomAttributeData> Attributes(MemberInfo member) =>
        member.CustomAttributes.Where(static attribute => attribute.AttributeType.Namespace != "System.Runtime.CompilerServices");

    private static string Text(MemberInfo member, Type type) => string.Concat(Attributes(member).Select(attribute =>
        attribute.AttributeType == typeof(HiddenAttribute) ? "hidden " : $"[{Name(attribute.AttributeType)}({Arguments(attribute, type)})] "));

    private static string Arguments(CustomAttributeData attribute, Type type) => string.Join(", ", attribute.ConstructorArguments
        .Select(argument => Argument(argument, type))
        .Where(static text => text.Length > 0)
        .Concat(attribute.NamedArguments.Select(named => $"{named.MemberName} = {Argument(named.TypedValue, type)}")));

    private static string Argument(CustomAttributeTypedArgument argument, Type type) => argument.Value switch
    {
        ReadOnlyCollection<CustomAttributeTypedArgument> list => string.Join(", ", list.Select(item => Argument(item, type))),
        null => "$null",
        bool value => value ? "$true" : "$false",
        Type value => $"[{Name(value)}]",
        var value when argument.ArgumentType.IsEnum => $"'{Enum.ToObject(argument.ArgumentType, value)}'",
        string or char => $"'{CodeGeneration.EscapeSingleQuotedStringContent($"{argument.Value}")}'",
        IFormattable value and (int or long or double or byte or short or float or uint or ulong or ushort or sbyte) => value.ToString(null, CultureInfo.InvariantCulture),
        _ => throw Errors.TypeSourceNotFound(type),
    };
}
