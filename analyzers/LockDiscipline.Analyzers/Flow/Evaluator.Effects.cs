using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What a call does to the locks, by contract or by inference.
internal sealed partial class Evaluator
{
    /// <summary>Tells of the call, then brings in its effects in order: releases, acquires, attempts, tests.</summary>
    Term Apply(IOperation site, IMethodSymbol callee, MemberContract contract, CallBinding binding, IOperation? instance, Term result)
    {
        if (_ended)
            return result;
        bool speaks = contract.SpeaksOfLocks || contract.Waiver is not null || Contracts.IsScope(callee.ContainingType);
        var summary = speaks ? Summary.None : MayTest(callee, binding) ? _host.TestBy(callee, _body) : SummaryOf(callee);
        bool locksOnly = contract.ChangesLocks || !contract.Tests.IsEmpty || !summary.Outcomes.IsEmpty || (IsDispose(callee) && IsScopeOfHold(binding.Receiver));
        if (!locksOnly && site is not IPropertyReferenceOperation && !IsNewException(site))
            RaiseFrom(contract, binding);
        Observer?.Called(new CallMade(site, callee, contract, binding, summary) { RunsLater = IsUnread(site, callee) }, _state);
        if (contract.Protocol is not null)
            BeginProtocol(site, callee, contract, contract.Protocol, binding);

        AssignInCallee(callee, binding);
        if (!_state.Marks.IsEmpty)
        {
            if (contract.Keeps)
            {
                EscapeInto(binding);
                TrustKept(binding);
            }

            PublishInCallee(callee, binding);
            RefillInCallee(site, callee, binding);
        }

        ForgetWritten(site, binding);
        foreach (var clause in contract.Asserts)
            Assert(site, Locked(site, clause, callee, binding), clause, binding);
        foreach (var clause in contract.Drops)
            Drop(site, Locked(site, clause, callee, binding).Path, binding.Render(clause.Text, clause.Path), contract.Protocol);
        bool owesUnsaid = MayOweUnsaid(callee, contract);
        if (speaks && !owesUnsaid && MayDropUnsaid(callee, contract))
            result = ApplySummary(site, callee, binding, _host.SummaryOf(callee, _body, isHelper: true), result);
        if (contract.Acquires.IsEmpty && !contract.Releases.IsEmpty && Contracts.IsScope(callee.ReturnType))
            CoverReleased(site, contract, callee, binding, result);
        foreach (var clause in OverScope(contract.Releases, callee, binding))
            Release(site, clause, callee, binding);
        foreach (var clause in contract.Downgrades)
            ChangeMode(site, clause, callee, binding, LockMode.Shared);
        foreach (var clause in contract.Upgrades)
            ChangeMode(site, clause, callee, binding, LockMode.Exclusive);
        foreach (var clause in OverScope(contract.Acquires, callee, binding))
            Acquire(site, clause, callee, binding, result, instance);
        if (callee.MethodKind == MethodKind.Constructor && contract.Acquires.IsEmpty && Contracts.IsScope(callee.ContainingType))
            CoverWithoutHold(contract, binding, result);
        if (callee.MethodKind == MethodKind.Constructor)
            GrantToMaker(site, callee, result);
        NoteWaitForSome(callee, contract);
        result = TryAcquire(site, contract, callee, binding, result, instance);
        result = Test(site, contract, callee, binding, result);
        if (contract.Protocol is not null)
            result = EndProtocol(site, callee, contract, contract.Protocol, binding, result);
        if (IsDispose(callee) && binding.Receiver is { } scope && contract.Acquires.IsEmpty && (contract.Releases.IsEmpty || Contracts.IsScope(callee.ContainingType)))
            EndScope(site, scope, binding);
        // Contracts speak of parameters: what an object does to give itself back is disposing it.
        if (IsDispose(callee) && binding.Receiver is { } disposed)
            GiveBackForGood(disposed);
        var handed = HandReceiver(callee, contract, binding);

        ShareArguments(callee, binding, summary);
        result = ApplySummary(site, callee, binding, owesUnsaid ? SummaryOf(callee) : summary, result);
        if (_ended)
            return result;
        var ending = Contracts.Endings.Of(callee);
        AssumeArguments(ending, binding);
        if (ending.Always)
            _ended = true;
        if (contract.Returns is { } returned && binding.Follow(_state, returned.Path) is { } alias)
        {
            foreach (var pending in _state.Unchecked)
            {
                if (pending.Value.Equals(alias) && pending.Location is null && !alias.Equals(result))
                    return alias;
            }

            result = alias;
        }

        else if (summary.Outcomes.IsEmpty && Contracts.ReturnedPath(callee) is { } same && binding.Follow(_state, same) is { } value)
        {
            result = value;
        }
        else if (contract.Protocol is { OnParameters: true } && CountedAndReturned(callee, binding) is { } counted)
        {
            result = counted;
        }
        else if (handed is not null)
        {
            result = handed;
        }
        else if (summary.Outcomes.IsEmpty && ChooseReturned(callee, binding) is { } chosen)
        {
            result = chosen;
        }

        if (callee.MethodKind is not (MethodKind.Constructor or MethodKind.PropertySet) && result.Kind == TermKind.Site && contract.TryAcquires.IsEmpty && ReturnsChecked(callee, contract, site))
            MustCheck(site, result);
        return result;
    }

    // Making the exception that is then thrown throws no other one.
    static bool IsNewException(IOperation site)
    {
        if (site is not IObjectCreationOperation)
            return false;
        for (var type = site.Type; type is not null; type = type.BaseType)
        {
            if (type is { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
                return true;
        }

        return false;
    }

    bool ReturnsChecked(IMethodSymbol callee, MemberContract contract, IOperation site)
    {
        if (contract.MustCheck)
            return !callee.ReturnsVoid;
        // A value put into a result is no answer of anybody.
        if (site is IPropertyReferenceOperation || callee.ReturnsVoid || callee.MethodKind == MethodKind.Conversion)
            return false;
        // The definition of a generic method does not know what it returns here.
        var type = site is IInvocationOperation invocation ? invocation.TargetMethod.ReturnType : callee.ReturnType;
        // What a task brings is what must be checked.
        if (type is INamedTypeSymbol { Arity: 1, Name: "Task" or "ValueTask" } task)
            type = task.TypeArguments[0];
        return Contracts.MustCheck(type);
    }

    /// <summary>The lock that a clause speaks of, at this call.</summary>
    (Term Path, LockTraits? Traits) Locked(IOperation site, LockClause clause, IMethodSymbol callee, CallBinding binding)
    {
        if (ScopeMeant(clause, binding) is { } meant)
            return (_state.Read(Term.Element(meant, clause.Path.Right!)), KindOf(meant, clause.Path.Right!));
        var path = binding.Follow(_state, clause.Path) ?? Mint(Term.Phi(site, clause.Path));
        return (path, _host.TraitsOf(clause, path, callee, binding, _body.Owner.ContainingType));
    }

    void Acquire(IOperation site, LockClause clause, IMethodSymbol callee, CallBinding binding, Term result, IOperation? instance)
    {
        if (!AppliesTo(clause, binding))
            return;
        var (path, traits) = Locked(site, clause, callee, binding);
        if (traits is null)
            return;
        var mode = clause.Mode ?? LockMode.Exclusive;
        var text = binding.Render(clause.Text, clause.Path);
        var conflict = LockEffects.Conflict(_state, path, mode, traits, site);
        if (!_state.IsReported(path) && !traits.IsPresumed)
            Observer?.Acquired(Named(new LockAcquired(site, path, mode, traits, text, conflict, callee, false), clause, binding, instance), _state);
        if (conflict is null)
        {
            Take(site, path, mode, traits, text, HoldSource.Acquired, callee, binding, result);
        }
        else
        {
            _state = _state.MarkReported(conflict);
            // Its end is the end of the second hold, of which all is said.
            if (ScopeOf(callee, binding, result) is { } scope)
                Cover(scope, path, traits);
        }

        if (clause.Taken is not null)
            SetTaken(clause.Taken, binding, Term.True);
    }

    // The scope whose end releases what this call takes; null where it is no scope's.
    Term? ScopeOf(IMethodSymbol callee, CallBinding binding, Term result) =>
        Contracts.IsScope(callee.MethodKind == MethodKind.Constructor ? callee.ContainingType : callee.ReturnType) ? result
        : Contracts.IsScope(callee.ContainingType) && !IsDispose(callee) ? binding.Receiver
        : null;

    void Take(IOperation site, Term path, LockMode mode, LockTraits traits, string text, HoldSource source, IMethodSymbol callee, CallBinding binding, Term result)
    {
        // How many may hold it at once is not known.
        if (traits.IsPresumed && _state.Find(path) is not null)
            return;
        Forget(path, site);
        // What could be locked is there.
        NoteGuarded(path);
        _state = Conditions.Assume(_state, ConditionTerms.IsNull(path), false) ?? _state;
        var scope = ScopeOf(callee, binding, result);
        if (IsDispose(callee) && binding.Receiver is { } inverted && HoldBefore(inverted, path) is { } before)
        {
            // What the end of the scope takes again is held as it was before.
            _state = _state.Add(before);
            if (before.Scope is { } robbed)
                _state = _state.Write(Term.Element(robbed, Stolen), Term.Element(robbed, Stolen));
            return;
        }

        if (scope is not null)
        {
            Cover(scope, path, traits);
            if (Conditions.Assume(_state, ConditionTerms.IsNull(scope), false) is { } notNull)
                _state = notNull;
        }

        if (LockEffects.SameCollection(path, path))
        {
            Note(_lockedInLoops, path);
            // One hold stands for all the elements that earlier rounds acquired. Two that were picked in this round are two, and so are
            // this round's and one that a variable keeps from the last.
            if (LockEffects.OfSameCollection(_state, path) is { } other && (other.IsAll || other.Lock.Equals(path) || !(LockEffects.IsPickedNow(other.Lock) || IsKept(other.Lock))))
                return;
        }

        _state = LockEffects.Acquire(_state, new Hold(path, mode, 1, source, CertaintyOf(traits), site, scope, text, traits) { Loop = LockEffects.SameCollection(path, path) ? Loop : 0 });
    }

    bool AppliesTo(LockClause clause, CallBinding binding)
    {
        if (clause.Receiver is not { } wanted)
            return true;
        for (var type = binding.ReceiverType; type is not null; type = type.BaseType)
        {
            if (SymbolNames.FullName(type.OriginalDefinition) == wanted)
                return true;
        }

        return false;
    }

    void Release(IOperation site, LockClause clause, IMethodSymbol callee, CallBinding binding)
    {
        if (!AppliesTo(clause, binding))
            return;
        var (path, traits) = Locked(site, clause, callee, binding);
        if (traits is null || _state.IsReported(path))
            return;
        if (IsOfNothing(path))
        {
            _ended = true;
            return;
        }

        bool ofScope = IsOverScope(clause);
        Forget(path, site);
        var hold = LockEffects.Released(_state, path, clause.Mode, ScopeMeant(clause, binding));
        // A scope that adopted what was held before it has it under its own name only once it took it again.
        if (ofScope && hold is null && _state.Find(path) is { Scope: null } adopted)
            hold = adopted;
        // A scope that holds nothing may be disposed.
        if (ofScope && hold is null && IsDispose(callee))
            return;
        bool rightMode = hold is not null;
        hold ??= _state.Find(path, clause.Mode);
        bool isForEach = _body.RunsForEach || _callsForEach;
        if (hold is null && (LoopLocks.IsKnown || isForEach) && LockEffects.OfAll(_state, path) is { } every)
        {
            if (isForEach)
                _state = _state.Remove(every).NoteRelease(every.Lock, site);
            return;
        }

        if (hold is null && _listsLocks && !path.IsRooted)
            return;
        if (hold is null && MayBeGranted(callee, path))
        {
            _state = _state.NoteRelease(path, site);
            return;
        }

        if (hold is null && IsIn(_lockedInLoops, path))
        {
            // A loop that releases what another one acquired: both go over the same elements, as often as there are any.
            Note(_unlockedInLoops, path);
            LoopLocks.NoteFreed(Loop, path, site);
            if (LockEffects.OfSameCollection(_state, path) is { } element)
                _state = _state.Remove(element);
            BlurElements(path);
            return;
        }

        if (!traits.IsPresumed)
            Observer?.Released(new LockReleased(site, path, clause.Mode, hold, rightMode, binding.Render(clause.Text, clause.Path)), _state);
        if (hold is null)
        {
            var owed = new Owed(path, clause.Mode, binding.Render(clause.Text, clause.Path)) { IsReentrant = traits.Reentrant == true, IsPresumed = traits.IsPresumed };
            if (!_body.IsVisible)
                CheckSettledAtRelease(site, path, owed.Text);
            _state = _state.Owe(owed, MayRepeat).NoteRelease(path, site);
            EndHold(path, site);
            return;
        }

        // The lock of an earlier round: what this loop takes it hands over, and does not keep.
        if (hold.Loop != 0 && Loop != 0 && !LockEffects.IsPickedNow(path))
            LoopLocks.NoteFreed(Loop, path, site);
        CheckSettledAtRelease(site, path, binding.Render(clause.Text, clause.Path));
        if (hold.Source == HoldSource.Asserted && WasFoundHeld(path))
            _state = _state.Owe(new Owed(path, clause.Mode, binding.Render(clause.Text, clause.Path)) { Count = MayRepeat ? Hold.MaxDepth : 1 }, mayRepeat: true);
        if (hold.Scope is { } scope && !ofScope)
            _state = _state.Write(Term.Element(scope, Stolen), Term.Constant(hold.Text));
        _state = LockEffects.Release(_state, hold, site);
        EndHold(path, hold.Source == HoldSource.Caller ? site : null);
    }

    /// <summary>The callee releases a lock and takes it again.</summary>
    /// <param name="settled">The contract of the callee, which may settle what has to be settled before.</param>
    void Drop(IOperation site, Term path, string text, ProtocolContract? settled)
    {
        Forget(path, site);
        CheckSettledAtRelease(site, path, text, settled);
        EndHold(path, _state.Find(path) is null or { Source: HoldSource.Caller } ? site : null, isTemporary: true);
    }

    void ChangeMode(IOperation site, LockClause clause, IMethodSymbol callee, CallBinding binding, LockMode to)
    {
        var (path, traits) = Locked(site, clause, callee, binding);
        if (traits is null || _state.IsReported(path))
            return;
        var hold = _state.Find(path);
        bool fits = hold is not null && (to == LockMode.Shared ? hold.Mode == LockMode.Exclusive : hold.Mode != LockMode.Exclusive);
        Observer?.Released(new LockReleased(site, path, to == LockMode.Shared ? LockMode.Exclusive : LockMode.Shared, hold, fits, binding.Render(clause.Text, clause.Path), callee), _state);
        if (hold is not null)
            _state = _state.Change(hold, hold with { Mode = to });
    }

    void Assert(IOperation site, (Term Path, LockTraits? Traits) locked, LockClause clause, CallBinding binding)
    {
        var mode = clause.Mode ?? LockMode.Exclusive;
        if (locked.Traits is { } traits && !_state.Holds(locked.Path, mode))
            _state = _state.Add(new Hold(locked.Path, mode, 1, HoldSource.Asserted, Certainty.Definite, site, null, binding.Render(clause.Text, clause.Path), traits));
    }

    // A run-time test of a hold: true proves it.
    Term Test(IOperation site, MemberContract contract, IMethodSymbol callee, CallBinding binding, Term result)
    {
        if (contract.Tests.IsEmpty)
            return result;
        var clause = contract.Tests[0];
        var locked = Locked(site, clause, callee, binding);
        var mode = clause.Mode ?? LockMode.Exclusive;
        var known = _state.Find(locked.Path, mode);
        bool held;
        if (known is { Certainty: Certainty.Definite } && known.Mode == mode)
            held = true;
        else if (known is { Certainty: Certainty.Definite, Source: HoldSource.Acquired or HoldSource.Tried } && known.Mode < mode)
            // Whoever took the weaker mode here did not come with the stronger one.
            held = false;
        else if (known is null && _state.Released.Length > 0 && WasReleased(locked.Path))
            held = false;
        else
            held = _choices.Choose(2) == 0;
        if (known is null && !WasReleased(locked.Path))
            NoteAsked(locked.Path, held, binding.Render(clause.Text, clause.Path));
        // Some tests of the weaker mode say yes to a holder of the stronger one, others do not: which mode this path means is its own affair.
        if (held && known is { Certainty: Certainty.Definite } && known.Mode > mode)
            _state = _state.Change(known, known with { Certainty = Certainty.Maybe });
        else if (held)
            Assert(site, locked, clause, binding);
        return held == clause.Result ? Term.True : Term.False;
    }

    bool WasReleased(Term path)
    {
        foreach (var release in _state.Released)
        {
            if (release.Lock.Equals(path))
                return true;
        }

        return false;
    }

    // Debug.Assert and its like: what follows runs only where the condition holds.
    void AssumeArguments(in Ending ending, CallBinding binding)
    {
        foreach (var (parameter, value) in ending.When)
        {
            foreach (var argument in binding.Arguments)
            {
                if (!SymbolEqualityComparer.Default.Equals(argument.Parameter, parameter))
                    continue;
                NoteGuarded(argument.Term);
                if (Conditions.Assume(_state, argument.Term, !value) is { } state)
                    _state = state;
                else
                    _ended = true;
            }
        }
    }
}
