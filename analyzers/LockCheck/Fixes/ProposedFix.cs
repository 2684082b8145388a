using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Fixes;

/// <summary>What a code fix would change in one file.</summary>
/// <param name="Path">The file's full path.</param>
/// <param name="Text">Its text before.</param>
/// <param name="Changes">The changes, in order; none overlaps another.</param>
internal sealed record FileEdit(string Path, SourceText Text, ImmutableArray<TextChange> Changes);

/// <summary>A way to mend a finding. It was tried in its own file: it compiles there, and the finding is gone.</summary>
/// <param name="Title">What it does.</param>
/// <param name="Edits">By path.</param>
internal sealed record ProposedFix(string Title, ImmutableArray<FileEdit> Edits);
