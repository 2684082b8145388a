using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Values that are good for as long as a lock is held, nearest matches that have to be tested, tokens of acquires.
internal sealed partial class Evaluator
{
    /// <summary>What <see cref="Mark.What"/> says of a reference that was read from a guarded member: it is good again whenever the lock is held.</summary>
    public const string ReadFromMember = "member";

    /// <summary>Of one whose target is guarded.</summary>
    public const string ReadOfTarget = "target";

    void Tie(IOperation site, Term value, ImmutableArray<LockClause> locks, CallBinding binding)
    {
        foreach (var clause in locks)
        {
            if (!value.IsConstant && binding.Follow(_state, clause.Path) is { } path && IsHeldFor(path))
                _state = _state.Add(new Mark(MarkKind.Tied, "", value, path, site));
        }
    }

    // The callers of a helper may hold it; where they do not, that is what is found.
    bool IsHeldFor(Term path) => !_body.IsVisible || _state.Find(path) is not null;

    /// <summary>A variable gets a reference from a guarded member: the object may be used under the lock only.</summary>
    void TieRead(IOperation source, Term value)
    {
        source = Bare(source);
        // What reads a guarded sequence later is good for no longer than the sequence.
        while (ReadLater(source) is { } read)
            source = Bare(read);
        if (source is not IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } reference || value.IsConstant || reference.Type is not { } type)
            return;
        var contract = Contracts.Of(reference.Member);
        bool isTarget = !contract.TargetGuardedBy.IsEmpty;
        if ((!contract.IsGuarded && !isTarget) || Contracts.IsSelfProtected(type))
            return;
        if (type is IArrayTypeSymbol)
            _host.Rests.OnCodeOf(reference.Member.ContainingType);
        if (Contracts.IsCopiedOnWrite(reference.Member))
            return;
        var owner = reference.Instance is null ? null : OwnerOf(reference.Instance);
        if (IsExempt(owner, reference.Member))
            return;
        var binding = new CallBinding(owner, null, ImmutableArray<BoundArgument>.Empty, null);
        foreach (var clause in isTarget ? contract.TargetGuardedBy : contract.GuardedBy.AddRange(contract.GuardedByAny))
        {
            if (binding.Follow(_state, clause.Path) is { } path && IsHeldFor(path))
                _state = _state.Add(new Mark(MarkKind.Tied, isTarget ? ReadOfTarget : ReadFromMember, value, path, reference));
        }
    }

    // What a query, an enumerator or a view reads whenever it is read itself.
    IOperation? ReadLater(IOperation source) => source switch
    {
        IInvocationOperation query when Contracts.Of(query.TargetMethod.OriginalDefinition).RunsWhenRead || IsWindow(query) => query.Instance ?? (query.Arguments.IsEmpty ? null : query.Arguments[0].Value),
        IPropertyReferenceOperation { Instance: { } owner } view when Contracts.Of(view.Property).RunsWhenRead => owner,
        _ => null,
    };

    // A span that the framework makes of something shows what is in there, whoever changes it.
    bool IsWindow(IInvocationOperation call) => call.Type is { IsRefLikeType: true } && Contracts.IsFramework(call.TargetMethod);

    /// <summary>The lock is free, if only for a moment: what rested on it is no longer good.</summary>
    /// <param name="released">The lock.</param>
    /// <param name="ofCaller">The release, where it is the caller's hold that ends.</param>
    /// <param name="isTemporary">It is taken again before anything else happens.</param>
    void EndHold(Term released, IOperation? ofCaller = null, bool isTemporary = false)
    {
        if (_state.Find(released) is not null && !isTemporary)
            return;
        ClosePublished(released);
        foreach (var mark in _state.Marks)
        {
            // A recheck under no lock of its own rests on the caller's.
            bool isOfCaller = ofCaller is not null && mark is { Kind: MarkKind.Rechecked, Under: null };
            if (!isOfCaller && !released.Equals(mark.Under))
                continue;
            if (mark.Kind == MarkKind.Rechecked)
                _state = _state.Remove(mark);
            else if (mark.Kind == MarkKind.Token && isTemporary)
                _state = _state.Remove(mark);
            else if (mark.Kind == MarkKind.FetchedUnsampled)
                _state = _state with { Marks = _state.Marks.Replace(mark, mark with { Under = null }) };
            else if (mark.Kind == MarkKind.Tied)
                _state = _state with { Marks = _state.Marks.Replace(mark, mark with { Kind = MarkKind.Dead }) };
        }

        if (ofCaller is not null && released.IsRooted && !HasDropped(released))
            _state = _state.Add(new Mark(MarkKind.Dropped, "", null, released, ofCaller));
    }

    bool HasDropped(Term path)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Dropped && path.Equals(mark.Under))
                return true;
        }

        return false;
    }

    // Locks that ended by themselves.
    void EndHolds(ImmutableArray<Hold> before)
    {
        foreach (var hold in before)
            EndHold(hold.Lock);
    }

    /// <summary>The body hands the value to its caller.</summary>
    void Returned(IOperation operation, Term value)
    {
        // Untested as it is, it is the caller's to test.
        bool isNearest = !_body.IsVisible || _body.Contract.Protocol is { NearestTo: not null };
        if (!_state.Marks.IsEmpty)
            UseOf(operation, value, isNearest);
        if (!_state.Locks.IsEmpty)
            TieRead(operation, value);
        if (_body.Method is { ReturnsByRef: true } or { ReturnsByRefReadonly: true })
            ReturnedByRef(operation);
    }

    // Whoever gets the place itself uses it after the lock that this body took is released.
    void ReturnedByRef(IOperation operation)
    {
        // A body that hands its lock to the caller hands over what it keeps good, too.
        if (!IsPlace(operation) || Observer is null || !_body.Contract.Acquires.IsEmpty || !_body.Contract.TryAcquires.IsEmpty)
            return;
        var (observer, before) = (Observer, _state);
        Observer = null;
        var place = Locate(operation, Access.Read);
        (Observer, _state) = (observer, before);
        while (place is { Kind: TermKind.Element })
            place = place.Left;
        if (place?.Symbol is not { } member || place.Kind is not (TermKind.Member or TermKind.Static))
            return;
        var contract = Contracts.Of(member);
        foreach (var clause in contract.GuardedBy.AddRange(contract.GuardedByAny))
        {
            var path = Follow(_state, clause.Path, root => root.Kind == TermKind.This ? place.Left ?? Term.This : null);
            if (path is null || _state.Find(path) is not { Source: HoldSource.Acquired or HoldSource.Tried } hold)
                continue;
            Observer.Broken(new Breach(BreachKind.Escapes, operation, "", new Mark(MarkKind.Tied, ReadFromMember, place, path, hold.At ?? operation), operation.Syntax.ToString()), _state);
            return;
        }
    }

    /// <summary>The body returns a reference to a place, out of the section that guards the place.</summary>
    void HandOutReference(IOperation operation)
    {
        var place = operation is IArrayElementReferenceOperation { ArrayReference: { } array } ? array : operation;
        if (Observer is null || place is not IFieldReferenceOperation reference || !_body.Contract.Acquires.IsEmpty)
            return;
        var contract = Contracts.Of(reference.Field);
        var owner = reference.Instance is null ? null : OwnerOf(reference.Instance);
        if (!contract.IsGuarded || IsExempt(owner, reference.Field))
            return;
        var binding = new CallBinding(owner, null, ImmutableArray<BoundArgument>.Empty, null);
        foreach (var clause in contract.GuardedBy.AddRange(contract.GuardedByAny))
        {
            if (binding.Follow(_state, clause.Path) is not { } path || _state.Find(path) is not { Source: HoldSource.Acquired or HoldSource.Tried, Certainty: Certainty.Definite })
                continue;
            Observer.Broken(new Breach(BreachKind.Escapes, operation, "", new Mark(MarkKind.Tied, ReadOfTarget, Term.Site(operation), path, operation), operation.Syntax.ToString()), _state);
            return;
        }
    }

    /// <summary>A value is read through, passed on or returned.</summary>
    void UseOf(IOperation operation, Term value, bool isNearest = false)
    {
        if (_state.Marks.IsEmpty || value.IsConstant || Contracts.IsResult(operation.Type))
            return;
        while (operation is IConversionOperation conversion)
            operation = conversion.Operand;
        // A tuple is taken apart without a look at the object in it.
        if (operation is { Type.IsTupleType: true, Parent: IFieldReferenceOperation })
            return;
        foreach (var mark in _state.Marks)
        {
            if (mark.Value is null || !Concerns(value, mark.Value) || !_state.Marks.Contains(mark))
                continue;
            switch (mark.Kind)
            {
                case MarkKind.Dead when mark.What.Length == 0 || (IsVariable(operation) && _state.Find(mark.Under!) is null):
                    Observer?.Broken(new Breach(BreachKind.UsedDead, operation, "", mark, operation.Syntax.ToString()), _state);
                    Forgive(mark.Value);
                    break;
                case MarkKind.Consumed when mark.Under is null || IsLent(mark):
                    Observer?.Broken(new Breach(BreachKind.UsedConsumed, operation, mark.What, mark, operation.Syntax.ToString()), _state);
                    _state = _state.Remove(mark);
                    break;
                case MarkKind.Nearest when IsTestOf(operation, value):
                    // A call knows for what: it decides by itself.
                    if (operation.Parent is not IInvocationOperation)
                        Tested(mark);
                    break;
                case MarkKind.Nearest when !isNearest && Conditions.Truth(_state, ConditionTerms.IsNull(value)) != true && operation is not IInstanceReferenceOperation:
                    Observer?.Broken(new Breach(BreachKind.UsedNearest, operation, "", mark, operation.Syntax.ToString()), _state);
                    _state = _state.Remove(mark);
                    break;
            }
        }
    }

    /// <summary>A variable gets another value: nothing more is asked of the one that nobody holds now.</summary>
    void Overwrite(Term location, Term value)
    {
        MoveAddress(location);
        var former = _state.Read(location);
        if (former.Equals(value) || !(former.Kind is TermKind.Site or TermKind.Fresh or TermKind.Phi or TermKind.Stale || IsOfLastRound(former)) || OtherHolder(former, location) is not null)
            return;
        foreach (var mark in _state.Marks)
        {
            if (former.Equals(mark.Value) && mark.Kind is MarkKind.Consumed or MarkKind.Dead or MarkKind.Tied or MarkKind.Nearest or MarkKind.Contained)
                _state = _state.Remove(mark);
        }
    }

    // The element that a loop over a collection was at.
    static bool IsOfLastRound(Term value) => value is { Kind: TermKind.Element, Right: { Kind: TermKind.Site or TermKind.Stale } key } && (key.Kind == TermKind.Site ? key.Value : key.Left!.Value) is IPropertyReferenceOperation { IsImplicit: true };

    /// <summary>A value goes where it can outlive the lock that keeps it good.</summary>
    void Escape(IOperation site, Term value, Term? location)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind is not (MarkKind.Tied or MarkKind.Dead) || mark.What == ReadFromMember || !Concerns(value, mark.Value!) || (location is not null && IsGuardedAlike(location, mark.Under!)))
                continue;
            Observer?.Broken(new Breach(BreachKind.Escapes, site, "", mark, site.Syntax.ToString()), _state);
            Forgive(mark.Value!);
        }
    }

    // Whoever reads the member needs the same lock.
    bool IsGuardedAlike(Term location, Term path)
    {
        if (location.Symbol is not { } member)
            return false;
        var contract = Contracts.Of(member);
        foreach (var clause in contract.GuardedBy.AddRange(contract.GuardedByAny).AddRange(contract.TargetGuardedBy))
        {
            if (path.Equals(Follow(_state, clause.Path, root => root.Kind == TermKind.This ? location.Left ?? Term.This : null)))
                return true;
        }

        return false;
    }

    // A by-reference parameter that says itself how long its value is good, or whose callers can be looked at.
    bool IsPromised(Term location) =>
        location is { Kind: TermKind.Parameter, Symbol: IParameterSymbol parameter } && (!_body.IsVisible || Contracts.Of(parameter).Protocol is { ValidUnder.IsEmpty: false });

    // A member of a local struct, or of an object that nobody else has yet, goes with it.
    bool IsLocal(Term location) =>
        location.Root switch
        {
            { Kind: TermKind.Parameter, Symbol: ILocalSymbol { Type.IsValueType: true } } => true,
            { Kind: TermKind.Fresh, Value: IOperation { Type.IsValueType: true } } => true,
            var root => _state.Owned.Contains(root),
        };

    /// <summary>A guarded member gets another value: who has the former one has it alone.</summary>
    void SwapOut(Term location)
    {
        var former = _state.Read(location);
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Tied && mark.What == ReadFromMember && former.Equals(mark.Value))
                _state = _state.Remove(mark);
        }
    }

    // Told once for a value; it counts as good from here on.
    void Forgive(Term value)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind is MarkKind.Dead or MarkKind.Tied && value.Equals(mark.Value))
                _state = _state.Remove(mark);
        }
    }
}
