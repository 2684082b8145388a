namespace LockDiscipline.Analyzers.Contracts;

/// <summary>What is wrong with a line of a contract file.</summary>
/// <param name="Message">In words.</param>
/// <param name="Name">The name that is wrong, where another was probably meant.</param>
/// <param name="Nearest">That other one.</param>
internal sealed record LineProblem(string Message, string? Name = null, string? Nearest = null);
