using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// What was read of a guarded member is old once its lock was free: a value computed from it must not be written back unseen.
internal sealed partial class Evaluator
{
    // What the member held when its lock was last taken again.
    static readonly Term SinceRelease = Term.Constant("\0since");

    // It was assigned here before: what is put back then is what this code took out.
    static readonly Term SetHere = Term.Constant("\0set");

    void CheckWriteBack(IOperation site, Term location, Term value)
    {
        if (location.Kind is not (TermKind.Member or TermKind.Static) || location.Symbol is not { } member || !Contracts.Of(member).IsGuarded)
            return;
        var set = Term.Element(location, SetHere);
        bool isSet = _state.Store.TryGet(set, out _);
        if (!isSet)
            _state = _state.Write(set, Term.True);
        if (Observer is null || (site as ISimpleAssignmentOperation ?? site.Parent as ISimpleAssignmentOperation) is not { } assignment || !_state.Store.TryGet(Term.Element(location, SinceRelease), out var fresh))
            return;
        var stale = StaleIn(value, location, fresh);
        if (stale is null && value.Kind is TermKind.Site or TermKind.Fresh)
            stale = StaleOperand(assignment.Value, member, location, fresh);
        if (stale is null || (isSet && stale.Equals(value)) || value.Mentions(fresh) || value.Mentions(_state.Read(location)) || IsCompared(stale))
            return;
        Observer.Broken(new Breach(BreachKind.WrittenStale, assignment, "", new Mark(MarkKind.Dead, "", stale, location, assignment), member.Name), _state);
    }

    // `copy += n`: what comes of a guarded member's value is known by it. Only one step, since in a loop there is no end to them.
    Term? FromGuarded(BinaryOperatorKind kind, IMethodSymbol? method, IOperation target, Term operand)
    {
        if (method is not null || !IsVariable(target))
            return null;
        var before = ReadPlace(target);
        var place = before.Kind == TermKind.Stale ? before.Left! : before;
        place = place is { Kind: TermKind.Phi, Left: { } named } ? named : place;
        return place is { Kind: TermKind.Member or TermKind.Static, Symbol: { } member } && Contracts.Of(member).IsGuarded ? Term.Arithmetic(kind, before, operand) : null;
    }

    static Term? StaleIn(Term value, Term location, Term fresh)
    {
        if (value.Equals(fresh))
            return null;
        if (value.Equals(location) || IsFormer(value, location))
            return value;
        if (value.Kind is not (TermKind.Operation or TermKind.Element))
            return null;
        return StaleIn(value.Left!, location, fresh) ?? (value.Right is { } right ? StaleIn(right, location, fresh) : null);
    }

    // What it held after an earlier release.
    static bool IsFormer(Term value, Term location)
    {
        if (value.Kind == TermKind.Stale)
            value = value.Left!;
        return value is { Kind: TermKind.Phi, Value: IOperation } && location.Equals(value.Left);
    }

    // A result that no term tells about: by the variables that went into it, unless the member itself is read for it.
    Term? StaleOperand(IOperation operation, ISymbol member, Term location, Term fresh)
    {
        Term? stale = null;
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (part is IMemberReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Member.OriginalDefinition, member))
                return null;
            var variable = part switch
            {
                ILocalReferenceOperation local => Term.Parameter(local.Local),
                IParameterReferenceOperation parameter => Term.Parameter(parameter.Parameter),
                IFlowCaptureReferenceOperation capture => Term.Capture(capture.Id),
                _ => null,
            };
            if (variable is null)
                continue;
            var held = _state.Read(variable);
            if (held.Mentions(fresh))
                return null;
            stale ??= StaleIn(held, location, fresh);
        }

        return stale;
    }

    // Something read since the release was held against something read before it: the value itself, or a version of it.
    bool IsCompared(Term stale)
    {
        foreach (var fact in _state.Facts.Entries)
        {
            if (fact.Key.IsCall && fact.Key.Mentions(stale))
                return true;
            if (fact.Key.Kind == TermKind.Operation && fact.Key.Left is { } left && fact.Key.Right is { } right && (IsAgainst(left, right, stale) || IsAgainst(right, left, stale)))
                return true;
        }

        foreach (var entry in _state.Store.Matching(stale.Bit))
        {
            if (entry.Key.IsCall && entry.Key.Mentions(stale) && Conditions.Truth(_state, entry.Value) is not null)
                return true;
        }

        return false;
    }

    static bool IsAgainst(Term fresh, Term former, Term stale)
    {
        if (fresh.Kind == TermKind.Operation)
            return fresh.Left is { } left && fresh.Right is { } right && (IsAgainst(left, former, stale) || IsAgainst(right, former, stale) || IsAgainst(left, right, stale) || IsAgainst(right, left, stale));
        return fresh is { Kind: TermKind.Phi, Value: IOperation, Left: { } place } && (former.Mentions(stale) || former.Mentions(place) || (former is { Kind: TermKind.Phi or TermKind.Stale } && !former.Equals(fresh) && IsFormer(former, place)));
    }
}
