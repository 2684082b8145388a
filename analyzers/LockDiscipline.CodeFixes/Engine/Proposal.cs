using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.CodeFixes;

/// <summary>An edit that would mend a finding, before anybody has looked whether it does. Immutable.</summary>
/// <param name="title">What the light bulb says.</param>
/// <param name="key">The variant of the fix; the same for every finding it is offered for, so that Fix All finds its like.</param>
/// <param name="changes">The edit; changes do not overlap.</param>
internal sealed class Proposal(string title, string key, params TextChange[] changes)
{
    public string Title { get; } = title;

    public string Key { get; } = key;

    public ImmutableArray<TextChange> Changes { get; } = ImmutableArray.Create(changes);

    /// <summary>The edit states a contract: callers that do not meet it are findings from then on, and meant to be.</summary>
    public bool AsksCallers { get; set; }

    /// <summary>What <see cref="AsksCallers"/> is stated of: within it, nothing may be left to be asked for.</summary>
    public TextSpan Asking { get; set; }

    /// <summary>The finding hides its like behind it, as a second acquire does: those may come to light.</summary>
    public bool Uncovers { get; set; }

    /// <summary>The edit has code looked at that was not: whatever is found in it is meant to be.</summary>
    public bool Reveals { get; set; }

    /// <summary>The place before the edit of what stands at <paramref name="position"/> after it; -1 for what the edit wrote.</summary>
    public int MapBack(int position)
    {
        int shift = 0;
        foreach (var change in Changes.Sort(static (a, b) => a.Span.CompareTo(b.Span)))
        {
            int start = change.Span.Start + shift;
            if (position < start)
                break;
            if (position < start + change.NewText!.Length)
                return -1;
            shift += change.NewText.Length - change.Span.Length;
        }

        return position - shift;
    }
}
