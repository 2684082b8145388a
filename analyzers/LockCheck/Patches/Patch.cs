using System.Collections.Immutable;

namespace LockCheck.Patches;

/// <summary>One patch as git can apply it.</summary>
/// <param name="Title">The subject of its mail, or the name of its file.</param>
/// <param name="Diff">The diff in bytes, nothing else around it.</param>
/// <param name="Notes">What was done to make it applicable, and what was left out of it.</param>
internal sealed record Patch(string Title, byte[] Diff, ImmutableArray<string> Notes);

/// <summary>Patches that are applied one after the other.</summary>
/// <param name="Patches">In order, without the cover letter.</param>
/// <param name="BaseCommit">What a <c>base-commit:</c> line names, or null.</param>
/// <param name="Cover">The subject of the cover letter, or null.</param>
/// <param name="Prerequisites">How many other patches it says that it builds on.</param>
internal sealed record PatchSeries(ImmutableArray<Patch> Patches, string? BaseCommit, string? Cover, int Prerequisites);

/// <summary>Why a text is not taken for a patch, and what to do.</summary>
internal sealed class PatchException(string message) : Exception(message);
