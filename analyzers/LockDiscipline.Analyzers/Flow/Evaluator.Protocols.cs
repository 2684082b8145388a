using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// What contracts say beyond locks, in the order in which a call brings it in.
internal sealed partial class Evaluator
{
    /// <summary>What has to hold when the call begins.</summary>
    void CheckProtocol(IOperation site, IMethodSymbol callee, ProtocolContract protocol)
    {
        foreach (var what in protocol.RequiresSettled)
            CheckSettled(site, what, callee.AssociatedSymbol?.Name ?? callee.Name);
    }

    /// <summary>What the call does to values, pending work and sequences; gives what it returns, where that decides.</summary>
    Term ApplyProtocol(IOperation site, ProtocolContract protocol, CallBinding binding, Term result)
    {
        if (protocol.OnParameters)
            HandOverPending(binding);
        foreach (var what in protocol.Settles)
            Settle(site, what);
        return LeavePending(site, protocol, result);
    }

    /// <summary>What a helper without contract does, as its summary says.</summary>
    void ApplyMarks(IOperation site, CallBinding binding, Outcome outcome, Term result)
    {
        foreach (var mark in outcome.Marks)
        {
            var value = mark.Value is null ? null : mark.Value.Kind == TermKind.Return ? result : Substitute(binding, mark.Value);
            var under = mark.Under is null ? null : Substitute(binding, mark.Under);
            if ((mark.Value is not null && value is null) || (mark.Under is not null && under is null))
                continue;
            switch (mark.Kind)
            {
                case MarkKind.Pending:
                    LeavePending(site, mark.What);
                    break;
                case MarkKind.Settled:
                    Settle(site, mark.What);
                    break;
                default:
                    _state = _state.Add(mark with { Value = value, Under = under, At = site });
                    break;
            }
        }
    }
}
