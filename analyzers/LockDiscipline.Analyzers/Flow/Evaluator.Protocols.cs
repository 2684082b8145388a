using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What contracts say beyond locks, in the order in which a call brings it in.
internal sealed partial class Evaluator
{
    /// <summary>What has to hold when the call begins, and what it takes over.</summary>
    void BeginProtocol(IOperation site, IMethodSymbol callee, MemberContract contract, ProtocolContract protocol, CallBinding binding)
    {
        var name = callee.AssociatedSymbol?.Name ?? callee.Name;
        // What the callee takes over it may settle before it does anything else.
        if (protocol.OnParameters)
            HandOverPending(binding);
        // On a lock it speaks of the release, not of whoever reads the property.
        bool isLock = !protocol.RequiresSettled.IsEmpty && callee.AssociatedSymbol is IPropertySymbol property && Contracts.Traits(property.Type) is not null;
        foreach (var what in protocol.RequiresSettled)
        {
            if (!isLock)
                CheckSettled(site, what, name);
        }

        foreach (var test in protocol.RequiresTest)
            CheckTest(site, test.Condition, test.Text, name, binding.Root);
        if (protocol.IsContainmentTest)
            TestNearest(binding);
        if (!protocol.OnParameters)
            return;
        ReturnToken(site, callee, contract, binding);
        foreach (var argument in binding.Arguments)
        {
            if (Contracts.Of(argument.Parameter).Protocol is { Consumes: { } kind, ConsumesWhen: null })
                Consume(site, kind, argument.Term, name);
        }
    }

    // Whether a call that throws has taken over what it was given is not known.
    void RaiseFrom(MemberContract contract, CallBinding binding)
    {
        var before = _state;
        if (contract.Protocol is { OnParameters: true } && !_state.Marks.IsEmpty)
        {
            foreach (var argument in binding.Arguments)
            {
                if (Contracts.Of(argument.Parameter).Protocol?.Consumes is not null)
                    Disown(argument.Term);
            }
        }

        Raise();
        _state = before;
    }

    /// <summary>What the call does to values, pending work and sequences; gives what it returns, where that decides.</summary>
    Term EndProtocol(IOperation site, IMethodSymbol callee, MemberContract contract, ProtocolContract protocol, CallBinding binding, Term result)
    {
        result = LeavePending(site, protocol, result);
        result = Decide(callee, protocol, binding, result, out bool? succeeded);
        foreach (var clause in protocol.Settles)
        {
            if (clause.WhenReturns is null || clause.WhenReturns == succeeded)
                Settle(site, clause.What);
        }

        foreach (var step in protocol.Sequence)
            result = Step(site, step, callee.AssociatedSymbol?.Name ?? callee.Name, result, protocol.ValidUnder.IsEmpty ? null : binding.Follow(_state, protocol.ValidUnder[0].Path), step.Step == SequenceStep.Recheck ? HeldBy(contract, binding) : default);
        if (protocol.IsToken)
            TakeToken(site, callee, contract, binding, result);
        Own(site, protocol.Owned, result, null);
        Tie(site, result, protocol.ValidUnder, binding);
        if (protocol.NearestTo is { } parameter)
            MarkNearest(site, parameter, result, binding);
        if (protocol.OnParameters)
            EndParameters(site, callee, binding, result, succeeded);
        foreach (var test in protocol.Ensures)
            Ensure(test, binding);
        return result;
    }

    // What is not true after the call ends its path, as far as that can be seen.
    void Ensure(TestClause test, CallBinding binding)
    {
        if (Tests.Follow(Contracts, _state, test.Condition, binding.Root) is { } condition)
            _state = Conditions.Assume(_state, condition, true) ?? _state;
    }

    // What the callee stored through its parameters.
    void EndParameters(IOperation site, IMethodSymbol callee, CallBinding binding, Term result, bool? succeeded)
    {
        foreach (var argument in binding.Arguments)
        {
            if (Contracts.Of(argument.Parameter).Protocol is not { } protocol)
                continue;
            if (protocol is { Consumes: { } kind, ConsumesWhen: { } when } && when == succeeded)
                Consume(site, kind, argument.Term, callee.Name);
            // Decided by now, or by the result.
            bool isOwned = protocol.OwnedAlways || protocol.OwnedWhen is null || protocol.OwnedWhen == succeeded;
            var condition = protocol.OwnedAlways || protocol.OwnedWhen is not null ? null : result;
            if (argument.Location is not { } place)
            {
                // Nobody will ever have it.
                if (isOwned && argument is { Parameter.RefKind: RefKind.Out, Value: IDiscardOperation })
                    Own(site, protocol.Owned, Mint(Term.Phi(site, Term.Parameter(argument.Parameter))), condition);
                // A reference is counted for the caller: the object is good without the lock under which it was found.
                if (isOwned && protocol.Owned is not null && argument.Parameter.RefKind == RefKind.None)
                {
                    Forgive(argument.Term);
                    Own(site, protocol.Owned, argument.Term, condition);
                }

                continue;
            }

            // Stored where others find it, it is theirs.
            if (isOwned && (place.Kind is TermKind.Parameter or TermKind.Capture || IsLocal(place)))
                Own(site, protocol.Owned, _state.Read(place), condition);
            Tie(site, _state.Read(place), protocol.ValidUnder, binding);
        }
    }

    static string NameOf(IOperation call) => call is IInvocationOperation invocation ? invocation.TargetMethod.Name : call.Syntax.ToString();

    // What the helper left in a by-reference parameter.
    Term? HandedBack(CallBinding binding, Mark mark)
    {
        if (mark.Kind is not (MarkKind.Owned or MarkKind.Tied or MarkKind.Dead or MarkKind.Nearest) || mark.Value!.Symbol is not IParameterSymbol { RefKind: RefKind.Ref or RefKind.Out })
            return null;
        foreach (var argument in binding.Arguments)
        {
            if (argument.Location is { } place && SymbolEqualityComparer.Default.Equals(argument.Parameter, mark.Value.Symbol))
                return _state.Read(place);
        }

        return null;
    }

    // The place of a flag that the helper has set: in what it was given, by reference perhaps, which is another value by now.
    Term? FlagOf(CallBinding binding, Term flag)
    {
        if (flag.Kind == TermKind.Static)
            return flag;
        foreach (var argument in binding.Arguments)
        {
            if (argument.Location is { } place && Term.Parameter(argument.Parameter).Equals(flag.Left))
                return Contracts.Path(_state.Read(place), flag.Symbol!);
        }

        return Substitute(binding, flag.Left!) is { } owner ? Contracts.Path(owner, flag.Symbol!) : null;
    }

    // Dropped for good: that is its release, which may leave a reentrant lock held.
    static bool IsReleased(Outcome outcome, Term path)
    {
        foreach (var released in outcome.Released)
        {
            if (released.Lock.Equals(path))
                return true;
        }

        return false;
    }

    /// <summary>What a helper without contract does, as its summary says.</summary>
    void ApplyMarks(IOperation site, CallBinding binding, Outcome outcome, Term result)
    {
        foreach (var mark in outcome.Marks)
        {
            if (mark.Kind is MarkKind.FoundHeld or MarkKind.FoundFree)
                continue;
            if (mark.Kind == MarkKind.Untested)
            {
                CheckTest(site, mark.Value!, mark.What, NameOf(site), root => binding.Substitute(root) ?? Captured(root, binding));
                continue;
            }

            var value = mark.Value is null ? null : mark.Kind == MarkKind.Pending ? FlagOf(binding, mark.Value) : mark.Value.Kind == TermKind.Return ? result : HandedBack(binding, mark) ?? Substitute(binding, mark.Value);
            var under = mark.Under is null ? null : mark.Under.Kind == TermKind.Return ? result : Substitute(binding, mark.Under);
            if ((mark.Value is not null && value is null && mark.Kind != MarkKind.Pending) || (mark.Under is not null && under is null))
                continue;
            switch (mark.Kind)
            {
                case MarkKind.Pending:
                    LeavePending(site, mark.What, value);
                    // Whoever looks at the flag is told.
                    if (value is not null)
                        _state = _state.Write(value, Term.True);
                    break;
                case MarkKind.Settled:
                    Settle(site, mark.What);
                    break;
                case MarkKind.Consumed when mark.Value is { Kind: TermKind.Parameter, Symbol: IParameterSymbol given } && Contracts.Of(given).Protocol?.Consumes is not null:
                    // Stated, and done when the call began.
                    break;
                case MarkKind.Consumed:
                    Consume(site, mark.What, value!, NameOf(site));
                    break;
                case MarkKind.Committed:
                    Commit(site, mark.What, NameOf(site));
                    break;
                case MarkKind.Concluded:
                    Conclude(site, mark.What, NameOf(site));
                    break;
                case MarkKind.Sampled:
                    Step(site, new SequenceClause(SequenceStep.Sample, mark.What, true), "", result);
                    break;
                case MarkKind.Fetched or MarkKind.FetchedUnsampled:
                    Step(site, new SequenceClause(SequenceStep.Fetch, mark.What, true), NameOf(site), result, under);
                    break;
                case MarkKind.Rechecked when under is null:
                    Rechecked(site, mark.What);
                    break;
                case MarkKind.Dropped when IsReleased(outcome, mark.Under!):
                    CheckSettledAtRelease(site, under!, NameOf(site));
                    break;
                case MarkKind.Dropped:
                    Drop(site, under!, NameOf(site), settled: null);
                    break;
                case MarkKind.TokenGiven:
                    GiveToken(site, value!, under!, NameOf(site));
                    break;
                case MarkKind.Tied when !IsHeldFor(under!):
                    break;
                default:
                    _state = _state.Add(mark with { Value = value, Under = under, At = site });
                    break;
            }
        }
    }
}
