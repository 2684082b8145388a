using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Variables, members and elements: reading and writing them.
internal sealed partial class Evaluator
{
    const string Reference = "ref";
    const string Enumerator = "enumerator";
    const string FromEnd = "^";
    static readonly Term PlaceOf = Term.Constant("&");
    static readonly Term TakenUnderLock = Term.Constant("&locked");

    // The collection whose contents the operation at hand changes.
    IOperation? _changed;

    static bool IsPlace(IOperation operation) =>
        operation is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IArrayElementReferenceOperation
            or IInlineArrayAccessOperation { Argument.Type.SpecialType: SpecialType.System_Int32 } or IFlowCaptureReferenceOperation;

    bool IsVariable(IOperation operation) =>
        operation is ILocalReferenceOperation
        || (operation is IFlowCaptureReferenceOperation capture
            && !(_captured.TryGetValue(capture.Id, out var original) && original is IFieldReferenceOperation or IArrayElementReferenceOperation or IParameterReferenceOperation { Parameter.RefKind: not RefKind.None }))
        || operation is IParameterReferenceOperation { Parameter.RefKind: RefKind.None }
        || operation is IDeclarationExpressionOperation { Expression: ILocalReferenceOperation };

    Term ReadPlace(IOperation operation) =>
        operation is IFieldReferenceOperation { Instance: null, Field: { IsReadOnly: true } constant } && Contracts.IsSuccess(constant) ? Failure.None :
        Locate(operation, Access.Read) is { } location ? ReadAt(FlagAt(location), operation) : Mint(operation);

    Term VisitPlaceOnce(IOperation place, Term capture)
    {
        if (Locate(place, Access.Read) is not { } location)
            return Mint(place);
        _state = _state.Write(Term.Element(capture, PlaceOf), location);
        return ReadAt(location, place);
    }

    Term ReadAt(Term location, IOperation operation)
    {
        bool changesAnyTime = operation switch
        {
            IFieldReferenceOperation field => field.Field.IsVolatile,
            ILocalReferenceOperation local => _body.IsUnstable(local.Local),
            IParameterReferenceOperation parameter => _body.IsUnstable(parameter.Parameter),
            _ => false,
        };
        return changesAnyTime ? Mint(operation) : _state.Read(location);
    }

    /// <summary>The place that an operation names, after its receiver was evaluated; null for one that has no name.</summary>
    Term? Locate(IOperation operation, Access access)
    {
        switch (operation)
        {
            case ILocalReferenceOperation local:
                var variable = Term.Parameter(local.Local);
                if (!local.Local.IsRef || Referent(_state.Read(variable)) is not { } referent)
                    return variable;
                CheckReferent(local, variable, referent, access);
                return referent;
            case IParameterReferenceOperation parameter:
                return IsCapturedByType(parameter.Parameter) ? Term.Member(Term.This, parameter.Parameter.OriginalDefinition) : Term.Parameter(parameter.Parameter);
            case IDeclarationExpressionOperation declaration:
                return Locate(declaration.Expression, access);
            case IFieldReferenceOperation field:
                return LocateMember(field, field.Field, field.Instance, access);
            case IEventReferenceOperation @event:
                return LocateMember(@event, @event.Event, @event.Instance, access);
            case IArrayElementReferenceOperation element:
                _changed = access == Access.Write ? Bare(element.ArrayReference) : null;
                var array = Receiver(element.ArrayReference, Access.Read);
                _changed = null;
                Dereference(element.ArrayReference, access);
                Term key = Term.Null;
                foreach (var index in element.Indices)
                    key = key.Value is null && key.IsConstant ? Used(index) : Term.Element(key, Used(index));
                return Term.Element(array, key);
            case IInlineArrayAccessOperation { Argument.Type.SpecialType: SpecialType.System_Int32 } element:
                var buffer = Receiver(element.Instance, access);
                return Term.Element(buffer, Used(element.Argument));
            case IFlowCaptureReferenceOperation capture:
                return LocateCapture(capture, access);
            case IConversionOperation conversion:
                return Locate(conversion.Operand, access);
            default:
                return null;
        }
    }

    /// <summary>A reference to a guarded member was taken: was the lock held there, where that is a use?</summary>
    void NoteReferent(IOperation target, Term local, Term place)
    {
        if (target is ILocalReferenceOperation && AccessTo(target, place, Access.Read) is { } access && _state.Locks.Length > 0)
            _state = _state.Write(Term.Element(local, TakenUnderLock), IsMet(access) ? Term.True : Term.False);
    }

    // Used when the lock is free again, it is a use without the lock. One that was taken without it has been told of.
    void CheckReferent(ILocalReferenceOperation local, Term variable, Term place, Access access)
    {
        if (Observer is not null && _state.Read(Term.Element(variable, TakenUnderLock)).Equals(Term.True) && AccessTo(local, place, access) is { } later)
            Observer.Accessed(later, _state);
    }

    MemberAccess? AccessTo(IOperation site, Term place, Access access)
    {
        // A reference into what a member holds is a use of the member.
        if (place.Kind == TermKind.Element)
            (place, access) = (place.Left!, Access.Read);
        if (place is not { Kind: TermKind.Member or TermKind.Static, Symbol: { } member } || Contracts.Of(member) is not { IsGuarded: true } contract)
            return null;
        var owner = place.Kind == TermKind.Static ? null : place.Left;
        return IsExempt(owner, member) ? null : new MemberAccess(site, member, contract, owner, "", access, false);
    }

    bool IsMet(in MemberAccess access)
    {
        foreach (var need in Requirements.Of(access, _state))
        {
            if (!need.IsMet)
                return false;
        }

        return true;
    }

    // A primary constructor's parameter, used by another member: the object keeps it like a field.
    bool IsCapturedByType(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor
        && !SymbolEqualityComparer.Default.Equals(constructor, _body.Owner) && !_body.Encloses(constructor) && PrimaryConstructors.Is(constructor);

    Term LocateCapture(IFlowCaptureReferenceOperation capture, Access access)
    {
        var location = Term.Capture(capture.Id);
        if (access == Access.Read || !_state.Store.TryGet(Term.Element(location, PlaceOf), out var place))
            return location;
        // Of two places, one of which was chosen, neither is this one.
        if (_captured.TryGetValue(capture.Id, out var original) && original is IFieldReferenceOperation field && SymbolEqualityComparer.Default.Equals(place.Symbol, field.Field.OriginalDefinition))
            RaiseAccess(original, field.Field, place.Left, field.Instance, access);
        return place;
    }

    Term LocateMember(IOperation operation, ISymbol member, IOperation? instance, Access access)
    {
        if (member.IsStatic)
        {
            RaiseAccess(operation, member, null, null, access);
            return Contracts.Path(Term.This, member);
        }

        // Writing a field of a struct writes the struct.
        var owner = Receiver(instance, instance?.Type is { IsValueType: true } ? access : Access.Read);
        Dereference(instance, access);
        RaiseAccess(operation, member, owner, instance, access);
        if (access == Access.Read && Observer is not null && Contracts.Of(member).OnSuccess)
            CheckSuccess(operation, member, owner);
        return Contracts.Path(owner, member);
    }

    /// <summary>The object that a member is taken of.</summary>
    Term Receiver(IOperation? instance, Access access)
    {
        if (instance is null)
            return Term.This;
        if (access == Access.Write && instance.Type is { IsValueType: true } && IsPlace(instance))
        {
            var held = Locate(instance, Access.Write) is { } location ? _state.Read(location) : Mint(instance);
            // Writing through a span writes what it spans; moving an enumerator on reads what it goes over.
            if (!_state.Marks.IsEmpty && (instance.Type.IsRefLikeType || (Contracts.IsFramework(instance.Type) && instance.Parent is not IInvocationOperation { TargetMethod.Name: "Dispose" })))
                UseOf(instance, held);
            return held;
        }

        var value = Visit(instance);
        UseOf(instance, value);
        CheckIsThere(instance, value);
        return value;
    }

    void RaiseAccess(IOperation site, ISymbol member, Term? owner, IOperation? instance, Access access)
    {
        if (Observer is null)
            return;
        var contract = Contracts.Of(member);
        if (!contract.IsGuarded || IsExempt(owner, member))
            return;
        // Whoever changes what a guarded collection contains writes it.
        if (ReferenceEquals(site, _changed))
            access = Access.Write;
        Observer.Accessed(new MemberAccess(site, member, contract, owner, owner is null or { Kind: TermKind.Static, Symbol: ITypeParameterSymbol } ? WrittenType(site) : Written(instance), access, false), _state);
    }

    // Copying an object reads each of its members.
    void RaiseCopy(IOperation site, Term owner, IOperation instance)
    {
        for (ITypeSymbol? type = instance.Type; type is not null && Observer is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers())
            {
                if (!member.IsStatic && member is IFieldSymbol or IPropertySymbol)
                    RaiseAccess(site, member, owner, instance, Access.Read);
            }
        }
    }

    // What a reference refers to may be guarded apart from the reference.
    void Dereference(IOperation? instance, Access access)
    {
        while (instance is IConversionOperation conversion)
            instance = conversion.Operand;
        if (instance is IFlowCaptureReferenceOperation capture && _captured.TryGetValue(capture.Id, out var original))
            instance = original;
        if (Observer is null)
            return;
        if (instance is ILocalReferenceOperation variable)
            DereferenceCopy(variable, _state.Read(Term.Parameter(variable.Local)), access);
        else if (instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.PatternInput } && _patternInput is { } matched)
            DereferenceCopy(instance, matched, access);
        if (instance is not IMemberReferenceOperation reference)
            return;
        var contract = Contracts.Of(reference.Member);
        if (contract.TargetGuardedBy.IsEmpty)
            return;
        var owner = reference.Instance is null ? null : OwnerOf(reference.Instance);
        if (!IsExempt(owner, reference.Member))
            Observer.Accessed(new MemberAccess(reference, reference.Member, contract, owner, Written(reference.Instance), access, true), _state);
    }

    // A copy of the reference leads to the same object. One that was taken under the lock is another matter: it is dead behind it.
    void DereferenceCopy(IOperation site, Term value, Access access)
    {
        if (value is not { Kind: TermKind.Member or TermKind.Static, Symbol: { } member } || Contracts.Of(member) is not { TargetGuardedBy: { IsEmpty: false } clauses } contract)
            return;
        var owner = value.Kind == TermKind.Static ? null : value.Left;
        if (IsExempt(owner, member))
            return;
        var binding = new CallBinding(owner, null, System.Collections.Immutable.ImmutableArray<BoundArgument>.Empty, null);
        foreach (var clause in clauses)
        {
            if (binding.Follow(_state, clause.Path) is { } path && WasReleased(path))
                return;
        }

        Observer!.Accessed(new MemberAccess(site, member, contract, owner, "", access, true), _state);
    }

    // The receiver's value once more, without telling of it twice.
    Term OwnerOf(IOperation instance)
    {
        var observer = Observer;
        Observer = null;
        var before = _state;
        var owner = Visit(instance);
        _state = before;
        Observer = observer;
        return owner;
    }

    /// <summary>Whether no other thread can know the object: it is under construction, or was created here and not handed out.</summary>
    bool IsExempt(Term? owner, ISymbol member)
    {
        if (owner is null)
            return _body.Constructs(Contracts.Path(Term.This, member));
        if (owner.Root.Kind == TermKind.This)
            return _body.IsConstruction && owner.Kind == TermKind.This;
        return _state.Owned.Contains(owner.Root) || ThreadOwned.Is(Contracts, owner);
    }

    void Share(Term value)
    {
        if (_state.Lent.Contains(value))
            _state = _state with { Lent = _state.Lent.Remove(value) };
        if (!_state.Owned.Contains(value))
            return;
        _state = _state with { Owned = _state.Owned.Remove(value) };
        // What its members refer to is found through it.
        if (_state.Owned.IsEmpty)
            return;
        foreach (var entry in _state.Store.Matching(value.Bit))
        {
            if (entry.Key.Kind is TermKind.Member or TermKind.Element && entry.Key.Root.Equals(value))
                Share(entry.Value);
        }
    }

    // Made part of an object that nobody else knows, it is known to nobody else either.
    void ShareThrough(Term location, Term value)
    {
        if (location.Kind is TermKind.Member && (_state.Owned.Contains(location.Root) || _state.Lent.Contains(location.Root)))
            PutAway(value);
        else
            HandOver(value);
    }

    static Term? Referent(Term value) =>
        value.IsOperation(Reference) ? value.Left : null;

    // The type before a static member, where it is written.
    static string WrittenType(IOperation site) =>
        site.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax access ? access.Expression.ToString() : "";

    static string Written(IOperation? instance) =>
        instance is null or { IsImplicit: true } ? "" : instance.Syntax.ToString();

    /// <summary>
    /// The value that a contract's path leads to now, from the values of its roots on: a member on the way may have been
    /// assigned, while a root's value stays what it is, whatever is assigned to the place that it was read from.
    /// </summary>
    /// <returns>Null where a root has no counterpart.</returns>
    public static Term? Follow(PathState state, Term path, System.Func<Term, Term?> root)
    {
        switch (path.Kind)
        {
            case TermKind.Static:
                return state.Read(path);
            case TermKind.Member:
                if (Follow(state, path.Left!, root) is not { } owner)
                    return null;
                return path.Symbol is null ? Term.OpaqueMember(owner, (string)path.Value!) : state.Read(Term.Member(owner, path.Symbol));
            case TermKind.Element:
                return Follow(state, path.Left!, root) is { } collection && Follow(state, path.Right!, root) is { } key
                    ? state.Read(Term.Element(collection, key))
                    : null;
            default:
                return path.Substitute(root);
        }
    }
}
