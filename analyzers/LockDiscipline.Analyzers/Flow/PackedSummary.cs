using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A summary in the form in which it is kept over an edit.</summary>
internal static class PackedSummary
{
    /// <summary>Null where it has no such form.</summary>
    public static object?[]? Of(FlowHost host, Summary summary)
    {
        var packer = new Packer(host);
        packer.Plain(summary.HasTooManyOutcomes);
        packer.Plain(summary.NeverReturns);
        packer.All(summary.Outcomes, outcome =>
        {
            packer.Term(outcome.Returned);
            packer.All(outcome.Acquired, packer.Hold);
            packer.All(outcome.Released, owed =>
            {
                packer.Term(owed.Lock);
                packer.Plain(owed.Mode);
                packer.Plain(owed.Text);
                packer.Plain(owed.IsReentrant);
                packer.Plain(owed.IsPresumed);
                packer.Plain(owed.Count);
            });
            packer.All(outcome.Written, written =>
            {
                packer.Term(written.Location);
                packer.Term(written.Value);
            });
            packer.Premise(outcome.Told);
            packer.Premise(outcome.Given);
            packer.All(outcome.Leaves, left =>
            {
                packer.Term(left.Location);
                packer.Term(left.Value);
            });
            packer.All(outcome.Marks, mark =>
            {
                packer.Plain(mark.Kind);
                packer.Plain(mark.What);
                packer.Term(mark.Value);
                packer.Term(mark.Under);
            });
        });
        packer.All(summary.Needs, need =>
        {
            packer.Term(need.Lock);
            packer.Plain(need.Mode);
            packer.Plain(need.Text);
            packer.Premise(need.Given);
        });
        packer.All(summary.Keeps, packer.Symbol);
        packer.All(summary.Assigns, packer.Term);
        return packer.ToArray();
    }

    /// <summary>The summary in the terms of the present compilation; null where these have changed.</summary>
    public static Summary? Read(FlowHost host, object?[] packed)
    {
        var unpacker = new Unpacker(host, packed);
        var summary = Summary.None with
        {
            HasTooManyOutcomes = unpacker.Plain<bool>(),
            NeverReturns = unpacker.Plain<bool>(),
            Outcomes = unpacker.All(() => new Outcome(
                unpacker.TermOrNone(),
                unpacker.All(unpacker.Hold),
                unpacker.All(() => new Owed(unpacker.Term(), unpacker.Plain<LockMode?>(), unpacker.Plain<string>()) { IsReentrant = unpacker.Plain<bool>(), IsPresumed = unpacker.Plain<bool>(), Count = unpacker.Plain<int>() }),
                unpacker.All(() => (unpacker.Term(), unpacker.Term())))
            {
                Told = unpacker.Premise(),
                Given = unpacker.Premise(),
                Leaves = unpacker.All(() => (unpacker.Term(), unpacker.Term())),
                // Where it began is the call, for whoever takes it over.
                Marks = unpacker.All(() => new Mark(unpacker.Plain<MarkKind>(), unpacker.Plain<string>(), unpacker.TermOrNone(), unpacker.TermOrNone(), null!)),
            }),
            Needs = unpacker.All(() => new Need(unpacker.Term(), unpacker.Plain<LockMode>(), unpacker.Plain<string>(), unpacker.Premise())),
            Keeps = unpacker.All<ISymbol?>(unpacker.Symbol)!,
            Assigns = unpacker.All(unpacker.Term),
        };
        return unpacker.HasFailed ? null : summary;
    }
}
