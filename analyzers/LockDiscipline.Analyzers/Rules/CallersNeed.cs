using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>A lock that a body without contract uses and does not take: its callers' to hold.</summary>
/// <param name="Text">The lock as it reads in the body.</param>
internal readonly record struct CallersNeed(Term Lock, LockMode Mode, string Text);
