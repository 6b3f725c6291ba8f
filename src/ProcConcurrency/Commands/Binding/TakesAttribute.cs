using System.Collections;
using System.Management.Automation;
using System.Reflection;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Commands.Binding;

/// <summary>
/// Stands at every parameter of one of this module's types, of an enum or of a block. It converts as PowerShell does, so that an argument
/// that can't be converted is told in the user's words: PowerShell's own message would name the type, which nobody has typed.
/// </summary>
/// <typeparam name="T">The parameter's type, or what its array holds.</typeparam>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TakesAttribute<T> : ArgumentTransformationAttribute
{
    // Those of one argument. Looked up once, for a pipeline may bring a hundred thousand.
    private static readonly Maker[] s_makers =
        [.. from constructor in typeof(T).GetConstructors() where constructor.GetParameters().Length == 1 select new Maker(constructor, constructor.GetParameters()[0].ParameterType)];

    /// <summary>Whether the parameter takes any number of them.</summary>
    public bool Many { get; set; }

    /// <summary>What to give, where this parameter takes something else than others of its type; a clause that begins with "give".</summary>
    public string? Advice { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = Bare(inputData);
        return value switch
        {
            null => null,

            // A shared list is one object: taken for an array it would be taken apart.
            IList many when Many && value is not ProcObject => many.Cast<object?>().Select(item => Bare(item) is null ? default : One(item!)).ToArray(),
            _ when Many => new[] { One(inputData!) },
            _ => One(inputData!),
        };
    }

    private T One(object input)
    {
        var value = Bare(input)!;
        if (typeof(T).IsValueType && value is IDictionary or PSObject)
        {
            // Of a bag without a wrong property PowerShell would make the first name of an enum, which nobody has typed.
            throw new ArgumentTransformationMetadataException(Expected.Message(typeof(T), value, Advice));
        }

        try
        {
            return TryMake(value, out var made) ? made : LanguagePrimitives.ConvertTo<T>(value is Array array && typeof(T) == typeof(AuthKey) ? LanguagePrimitives.ConvertTo<byte[]>(array) : input);
        }
        catch (PSInvalidCastException error)
        {
            // A number that stands for a name keeps its digits as they were typed, which the wrapper knows.
            if (IsNumber(value) && LanguagePrimitives.TryConvertTo(LanguagePrimitives.ConvertTo<string>(input), out T named))
            {
                return named;
            }

            throw new ArgumentTransformationMetadataException(Reason(error) ?? Expected.Message(typeof(T), value, Advice));
        }
    }

    /// <summary>
    /// By the constructor that takes what was given. PowerShell's conversion would find it, too, but makes no object of a type like ours
    /// in a constrained session, not even here.
    /// </summary>
    private static bool TryMake(object value, out T made)
    {
        made = default!;
        if (value is T already)
        {
            made = already;
            return true;
        }

        foreach (var (constructor, type) in s_makers)
        {
            if (type.IsInstanceOfType(value) || (type == typeof(double) && IsNumber(value)))
            {
                var argument = type == typeof(double) ? LanguagePrimitives.ConvertTo<double>(value) : value;
                try
                {
                    made = (T)constructor.Invoke([argument]);
                    return true;
                }
                catch (TargetInvocationException error) when (error.InnerException is WrongArgumentException wrong)
                {
                    throw new ArgumentTransformationMetadataException(wrong.Message);
                }
            }
        }

        return false;
    }

    /// <summary>What a type's constructor had against the value; null where none took it.</summary>
    private static string? Reason(Exception error)
    {
        for (var inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is WrongArgumentException)
            {
                return inner.Message;
            }
        }

        return null;
    }

    private static bool IsNumber(object value) => value is not bool && value.GetType() is { IsEnum: false } type
        && (type.IsPrimitive || type == typeof(decimal));

    private static object? Bare(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private sealed record Maker(ConstructorInfo Constructor, Type Takes);
}
