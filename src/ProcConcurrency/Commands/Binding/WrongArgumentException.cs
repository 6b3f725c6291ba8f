namespace ProcConcurrency.Commands.Binding;

/// <summary>A binding type's own words for what is wrong with a value that it was made of.</summary>
internal sealed class WrongArgumentException(string message) : ArgumentException(message);
