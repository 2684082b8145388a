using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A place in the code of a member: from which of its tokens to which. It stays, however the member moves and is laid out. Immutable.</summary>
internal sealed record KeptPlace(FunctionNames Function, int First, int Last)
{
    /// <summary>That of a location; null for one that is not made of whole tokens of one member.</summary>
    /// <param name="host">The compilation at hand.</param>
    /// <param name="location">The place.</param>
    public static KeptPlace? Of(FlowHost host, Location location)
    {
        if (location.SourceTree is not { } tree || host.Cache.Names.At(tree, location.SourceSpan.Start) is not { } function)
            return null;
        int first = -1, index = 0;
        foreach (var token in tree.GetRoot(host.Cancel).DescendantTokens(function.Span))
        {
            if (token.SpanStart < function.Span.Start)
                continue;
            if (token.SpanStart == location.SourceSpan.Start && first < 0)
                first = index;
            if (token.Span.End == location.SourceSpan.End && first >= 0)
                return new KeptPlace(function, first, index);

            index++;
        }

        return null;
    }

    /// <summary>Where that is in the present compilation; null where the member has other code.</summary>
    public Location? Revive(FlowHost host)
    {
        if (host.Cache.Names.Changes.Current(Function) is not { } function)
            return null;
        var tree = host.Cache.Names.TreeOf(function);
        int start = -1, index = 0;
        foreach (var token in tree.GetRoot(host.Cancel).DescendantTokens(function.Span))
        {
            if (token.SpanStart < function.Span.Start)
                continue;
            if (index == First)
                start = token.SpanStart;
            if (index == Last)
                return start < 0 ? null : Location.Create(tree, TextSpan.FromBounds(start, token.Span.End));
            index++;
        }

        return null;
    }
}
