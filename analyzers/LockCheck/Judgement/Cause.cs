using LockCheck.Patches;

namespace LockCheck.Judgement;

/// <summary>The hunk that a finding is owed to.</summary>
/// <param name="File">What differs in the file of the hunk.</param>
/// <param name="Hunk">The hunk; null where the file as a whole was added, removed or renamed without one.</param>
/// <param name="Why">How it is responsible: "the line itself", "removed in the same member", and so on.</param>
/// <param name="Removed">The removed line that did it, where the cause is a deletion.</param>
/// <param name="Via">From the member with the finding to the one that changed, by calls.</param>
internal sealed record Cause(FileDiff File, Hunk? Hunk, string Why, DiffLine? Removed, System.Collections.Immutable.ImmutableArray<string> Via);
