using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// What was inferred of a callee without a contract, at a call.
internal sealed partial class Evaluator
{
    // What is known of callees for good.
    readonly Dictionary<IMethodSymbol, Summary> _summaries = new(SymbolEqualityComparer.Default);

    Summary SummaryOf(IMethodSymbol callee)
    {
        if (_summaries.TryGetValue(callee, out var known))
            return known;
        int open = _host.OpenReads;
        var summary = _host.SummaryOf(callee, _body);
        if (open == _host.OpenReads)
            _summaries.Add(callee, summary);
        return summary;
    }

    // Handed to code that may keep it, an object is no longer ours alone.
    void ShareArguments(IMethodSymbol callee, CallBinding binding, Summary summary)
    {
        if (_state.Owned.IsEmpty && _state.Lent.IsEmpty && _state.Marks.IsEmpty)
            return;
        bool hasSource = _host.IsOfThis(callee) && !callee.DeclaringSyntaxReferences.IsEmpty && !callee.IsAbstract;
        foreach (var argument in binding.Arguments)
        {
            if ((_state.Owned.Contains(argument.Term) || _state.Lent.Contains(argument.Term)) && ((!hasSource && !Contracts.Of(callee).ReadsOnly) || summary.Keeps.Contains(argument.Parameter) || IsKept(argument.Parameter)))
                Share(argument.Term);
            // What it says of taking it over has been heeded.
            if (IsOwned(argument.Term) && Contracts.Of(argument.Parameter).Protocol?.Consumes is null && !IsCountedAndReturned(callee, argument) && (hasSource ? PrimaryConstructors.Is(callee) || IsKept(argument.Parameter) || Keeping.Returns(_host, callee, _body, argument.Parameter) : IsContained(callee, argument.Parameter)))
                Disown(argument.Term);
        }
    }

    // A `Get` that returns what it counts: the object goes by the name that it has here, or there is none.
    Term? CountedAndReturned(IMethodSymbol callee, CallBinding binding)
    {
        foreach (var argument in binding.Arguments)
        {
            if (!IsCountedAndReturned(callee, argument))
                continue;
            if (callee.ReturnNullableAnnotation != NullableAnnotation.Annotated || _choices.Choose(2) == 0)
                return argument.Term;
            Disown(argument.Term);
            return Term.Null;
        }

        return null;
    }

    bool IsCountedAndReturned(IMethodSymbol callee, BoundArgument argument)
    {
        if (argument.Parameter.RefKind != RefKind.None || Contracts.Of(argument.Parameter).Protocol is not { Owned: not null }
            || !SymbolEqualityComparer.Default.Equals(callee.ReturnType, argument.Parameter.Type) || Contracts.Of(callee).Protocol is { Owned: not null })
        {
            return false;
        }

        if (!_host.HasFixedCode(callee))
            return true;
        _host.Rests.OnCode(callee);
        return Keeping.Returns(_host, callee, _body, argument.Parameter);
    }

    // Whether the callee stores it somewhere, visible or not: asked only for what nobody else has, or what has to be given back.
    bool IsKept(IParameterSymbol parameter) =>
        _host.Cache.Kept.TryGet(_host, parameter, out bool known) ? known : _host.Cache.Kept.Of(_host, parameter, (host, asked) => Keeping.Keeps(host, asked, _body));

    // A container is given one of its items; an object made elsewhere is made of it; an exchange puts it into a place of its type.
    static bool IsContained(IMethodSymbol callee, IParameterSymbol parameter) =>
        callee.MethodKind == MethodKind.Constructor || IsState(callee.OriginalDefinition, parameter.OriginalDefinition) || IsPutInto(callee.OriginalDefinition, parameter.OriginalDefinition.Type) || (parameter.Type is ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Type } && !callee.IsStatic && !IsFunction(callee));

    // `QueueUserWorkItem(callback, state)`: given on to the delegate beside it, which returns nothing and is nobody's function.
    static bool IsState(IMethodSymbol callee, IParameterSymbol state)
    {
        if (state.Type is not ({ SpecialType: SpecialType.System_Object } or ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Method }))
            return false;
        foreach (var other in callee.Parameters)
        {
            if (other.Type is not INamedTypeSymbol { DelegateInvokeMethod: { ReturnsVoid: true } invoked })
                continue;
            foreach (var given in invoked.Parameters)
            {
                if (SymbolEqualityComparer.Default.Equals(given.Type, state.Type))
                    return true;
            }
        }

        return false;
    }

    // What comes back is made of it, as Task.FromResult's is, or it is stored by reference, as Interlocked.Exchange does.
    static bool IsPutInto(IMethodSymbol callee, ITypeSymbol type)
    {
        if (type is not ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Method })
            return false;
        foreach (var other in callee.Parameters)
        {
            if (other.RefKind == RefKind.Ref && SymbolEqualityComparer.Default.Equals(other.Type, type))
                return true;
        }

        if (callee.ReturnType is INamedTypeSymbol { IsGenericType: true } made)
        {
            foreach (var part in made.TypeArguments)
            {
                if (SymbolEqualityComparer.Default.Equals(part, type))
                    return true;
            }
        }

        return false;
    }

    // `Func` is lent its argument and answers; what an `Action` is for, nobody says.
    static bool IsFunction(IMethodSymbol callee) => callee is { MethodKind: MethodKind.DelegateInvoke, ReturnsVoid: false };

    // A method that requires a lock may drop it and take it again, without a word of it: that matters only to what rests on the hold.
    bool MayDropUnsaid(IMethodSymbol callee, MemberContract contract)
    {
        if (_state.Marks.IsEmpty || contract.Requires.IsEmpty || contract.ChangesLocks || !contract.Drops.IsEmpty || contract.Waiver is not null)
            return false;
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind is MarkKind.Tied or MarkKind.Rechecked)
                return _host.HasFixedCode(callee.OriginalDefinition);
        }

        return false;
    }

    // A helper that states what it does to locks may leave work pending, values owned, or tests to be made besides: what it says of locks says nothing of that.
    bool MayOweUnsaid(IMethodSymbol callee, MemberContract contract) => contract.SpeaksOfLocks && contract.IsOfLocksOnly && !Visibility.IsVisible(callee);

    // A helper may test the result on which something is owned: what it returns then says whether it is.
    bool MayTest(IMethodSymbol callee, CallBinding binding)
    {
        if (_state.Marks.IsEmpty || callee.ReturnType.SpecialType != SpecialType.System_Boolean || callee.MethodKind != MethodKind.Ordinary)
            return false;
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.Owned)
                continue;
            foreach (var argument in binding.Arguments)
            {
                if (argument.Term.Equals(mark.Under) || argument.Term.Equals(mark.Value))
                    return true;
            }
        }

        return false;
    }

    Term ApplySummary(IOperation site, IMethodSymbol callee, CallBinding binding, Summary summary, Term result)
    {
        _ended |= summary.NeverReturns;
        // What decides is what members held before it assigned them.
        var outcome = summary.Outcomes.IsEmpty ? null : ChooseOutcome(summary, binding);
        foreach (var place in summary.Assigns)
            ForgetAssigned(site, AssignedBy(binding, place));
        foreach (var (location, value) in outcome?.Leaves ?? ImmutableArray<(Term, Term)>.Empty)
        {
            if (AssignedBy(binding, location) is { } place)
                _state = _state.Write(place, value);
        }

        if (callee.MethodKind == MethodKind.LocalFunction)
            ForgetCaptured(site, outcome);
        if (outcome is null)
            return result;
        foreach (var owed in outcome.Released)
        {
            if (Substitute(binding, owed.Lock) is not { } path || Given(owed, path) is not { } released)
                continue;
            if (IsOfNothing(path))
            {
                _ended = true;
                return result;
            }

            // As often as it is held, where the callee asks each time.
            bool untilFree = released.Count == Hold.MaxDepth;
            for (int i = 0; i < released.Count && !_state.IsReported(path) && !(untilFree && i > 0 && _state.Find(path) is null); i++)
                ReleaseInferred(site, path, released with { Text = binding.Render(released.Text, released.Lock) }, turn: i);
        }

        // What holds a lock beyond the call may be an object that was there before, as a helper returns that locks and gives back itself.
        var holder = outcome.Returned is { IsConstant: false, Root.Symbol: not IParameterSymbol { RefKind: RefKind.Ref or RefKind.Out } } kept ? Substitute(binding, kept) ?? result : result;
        bool isScope = outcome.Returned is not { IsConstant: true } && Disposables.AreMadeBy(callee);
        if (!isScope && !outcome.Acquired.IsEmpty && GivenToDispose(binding, outcome) is { } disposable)
            (holder, isScope) = (disposable, true);
        foreach (var taken in outcome.Acquired)
        {
            if (taken.Source == HoldSource.Asserted)
            {
                AssertInferred(site, binding, taken);
                continue;
            }

            if (Substitute(binding, taken.Lock) is not { } path || _state.IsReported(path) || Given(taken, taken.Lock, path) is not { } acquired)
                continue;
            if (IsOfNothing(path))
            {
                _ended = true;
                return result;
            }

            // What was locked is there.
            _state = Conditions.Assume(_state, ConditionTerms.IsNull(path), false) ?? _state;
            if (acquired.Lock.Root is { Kind: TermKind.Return } or { Symbol: IParameterSymbol { RefKind: RefKind.Out } })
                _state = Conditions.Assume(_state, ConditionTerms.IsNull(path.Root), false) ?? _state;
            var conflict = LockEffects.Conflict(_state, path, acquired.Mode, acquired.Traits, site);
            if (conflict is not null)
                _state = _state.MarkReported(conflict);
            else
                _state = LockEffects.Acquire(_state, acquired with { Lock = path, At = site, Text = binding.Render(acquired.Text, acquired.Lock), Source = HoldSource.Acquired, Scope = isScope || acquired.Scope is not null ? holder : null });
            if (acquired.Scope is not null)
                Cover(holder, path, acquired.Traits);
            // What holds the lock is there: a `using` disposes it.
            if (isScope || acquired.Scope is not null)
                _state = Conditions.Assume(_state, ConditionTerms.IsNull(holder), false) ?? _state;

            Forget(path, site);
        }

        foreach (var (location, written) in outcome.Written)
        {
            if ((written.IsConstant ? written : Substitute(binding, written)) is not { } value)
                continue;
            foreach (var argument in binding.Arguments)
            {
                if (argument.Location is { } place && SymbolEqualityComparer.Default.Equals(argument.Parameter, location.Symbol))
                    _state = _state.Write(place, value);
            }

            if (callee.MethodKind == MethodKind.LocalFunction && !value.Equals(location) && !SymbolEqualityComparer.Default.Equals(location.Symbol?.ContainingSymbol, callee))
                _state = _state.Write(location, value);
        }

        if (outcome.Returned is { } returned)
            result = (returned.IsConstant ? returned : Substitute(binding, returned)) ?? result;
        foreach (var (location, written) in outcome.Written)
        {
            if (location.Root.Kind == TermKind.Return && (written.IsConstant ? written : Substitute(binding, written)) is { } part)
                _state = _state.Write(location.Replace(Term.Return, result), part);
        }

        if (outcome.Returned is null)
            _state = outcome.Told.AssumeOf(_state, result);
        ApplyMarks(site, binding, outcome, result);
        return result;
    }

    // What the callee left in an `out` parameter to be disposed, where it left anything.
    Term? GivenToDispose(CallBinding binding, Outcome outcome)
    {
        foreach (var argument in binding.Arguments)
        {
            if (argument is not { Location: { } place, Parameter: { RefKind: RefKind.Out, Type: var type } parameter } || !Disposables.Is(type))
                continue;
            bool isKnown = false;
            foreach (var (location, value) in outcome.Written)
                isKnown |= value.IsConstant && SymbolEqualityComparer.Default.Equals(location.Symbol, parameter);
            if (!isKnown)
                return _state.Read(place);
        }

        return null;
    }

    // The callee comes back only where it is held.
    void AssertInferred(IOperation site, CallBinding binding, Hold asserted)
    {
        if (Substitute(binding, asserted.Lock) is { } path && !IsOfNothing(path) && _state.Find(path) is null)
            _state = _state.Add(asserted with { Lock = path, At = site, Text = binding.Render(asserted.Text, asserted.Lock) });
    }

    // A path on which an object is null does not come as far as its lock: it ends there, by an exception.
    static bool IsOfNothing(Term path) => path.Root.Equals(Term.Null);

    // A member or static that the callee assigns, at a call.
    Term? AssignedBy(CallBinding binding, Term location) =>
        location.Kind == TermKind.Static ? location : Substitute(binding, location.Left!) is { } owner ? Term.Member(owner, location.Symbol!) : null;

    // A local function may assign variables of this body: what they hold then is known only where its summary says so.
    void ForgetCaptured(IOperation site, Outcome? outcome)
    {
        foreach (var variable in _body.ChangedByCalls)
        {
            bool isKnown = false;
            foreach (var (location, _) in outcome?.Written ?? ImmutableArray<(Term Location, Term Value)>.Empty)
                isKnown |= location.Equals(variable);
            if (!isKnown)
                _state = _state.Write(variable, Mint(Term.Phi(site, variable)));
        }
    }

    // What was known of a member that the callee may assign is true no more, but for one that leads to a lock held here: that is taken to be the same.
    void ForgetAssigned(IOperation site, Term? place)
    {
        if (place is null || !_state.Mentions(place) || IsSetFlag(place))
            return;
        foreach (var hold in _state.Locks)
        {
            if (hold.Lock.Mentions(place) || hold.Lock.Mentions(_state.Read(place)))
                return;
        }

        _state = _state.Write(place, Mint(Term.Phi(site, place)));
    }

    // One of the ways in which the callee may end with these arguments; what is true of them on that way is known from here on.
    Outcome? ChooseOutcome(Summary summary, CallBinding binding)
    {
        var possible = ImmutableArray.CreateBuilder<(Outcome Outcome, PathState State)>(summary.Outcomes.Length);
        foreach (var outcome in summary.Outcomes)
        {
            if (outcome.Given.Assume(_state, binding, NoteGuarded) is { } given && AskedOf(given, outcome, summary, binding) is { } state)
                possible.Add((outcome, state));
        }

        if (possible.Count == 0)
        {
            _ended = true;
            return null;
        }

        var chosen = possible[possible.Count == 1 ? 0 : _choices.Choose(possible.Count)];
        _state = chosen.State;
        return chosen.Outcome;
    }

    void ReleaseInferred(IOperation site, Term path, Owed released, int turn)
    {
        var mode = released.Mode;
        Forget(path, site);
        var hold = LockEffects.Released(_state, path, mode, null) ?? _state.Find(path);
        // Of an object that came from elsewhere nobody can say here who acquired its lock.
        if (!released.IsPresumed && (hold is not null || path.IsRooted))
            Observer?.Released(new LockReleased(site, path, mode, hold, hold is null || mode is null || hold.Mode == mode, released.Text) { Turn = turn }, _state);
        if (hold is { Source: HoldSource.Asserted } && WasFoundHeld(path))
            _state = _state.Owe(released with { Lock = path }, mayRepeat: true);
        if (hold is null)
            _state = _state.Owe(released with { Lock = path, Count = 1 }, MayRepeat).NoteRelease(path, site);
        else
            _state = LockEffects.Release(_state, hold, site);
        EndHold(path, hold is null or { Source: HoldSource.Caller } ? site : null);
    }

    /// <summary>An inferred path of a callee, at a call; captured variables stand for what they hold here.</summary>
    Term? Substitute(CallBinding binding, Term path) =>
        Follow(_state, path, root => StoredIn(binding, root) ?? binding.Substitute(root) ?? (root.Kind == TermKind.Parameter && root.Symbol is ILocalSymbol or IParameterSymbol ? Captured(root, binding) : null));

    // What an `out` parameter held before means nothing.
    Term? StoredIn(CallBinding binding, Term root)
    {
        if (root.Symbol is not IParameterSymbol { RefKind: RefKind.Out } parameter)
            return null;
        foreach (var argument in binding.Arguments)
        {
            if (argument.Location is { } place && SymbolEqualityComparer.Default.Equals(argument.Parameter, parameter))
                return _state.Read(place);
        }

        return null;
    }

    Term? Captured(Term root, CallBinding binding)
    {
        // A parameter of the callee that has no argument is nothing here; one of the body around it is what it is.
        return root.Symbol is IParameterSymbol parameter && !SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, _body.Owner) && !_body.Encloses(parameter.ContainingSymbol)
            ? null
            : _state.Read(root);
    }
}
