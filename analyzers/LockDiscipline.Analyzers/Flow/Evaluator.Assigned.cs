using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// What follows from an assignment beyond the value: contracts that want it, answers that it makes old, stale values that it writes.
internal sealed partial class Evaluator
{
    ImmutableArray<Term> _promised;

    // The places that the body's contract wants assigned on some returns.
    ImmutableArray<Term> Promised => _promised.IsDefault ? _promised = PromisedBy(_body) : _promised;

    static ImmutableArray<Term> PromisedBy(Body body)
    {
        while (body.RunsWithin is { } outer)
            body = outer;
        if (body.Contract.Protocol is not { AssignedWhenReturns: { IsEmpty: false } clauses })
            return ImmutableArray<Term>.Empty;
        var places = ImmutableArray.CreateBuilder<Term>();
        foreach (var clause in clauses)
        {
            foreach (var path in clause.Paths)
                places.Add(path.Path);
        }

        return places.ToImmutable();
    }

    void Assign(IOperation site, Term location, Term value)
    {
        CheckWriteBack(site, location, value);
        NotePublished(site, location, value);
        if (location.Kind is TermKind.Member or TermKind.Element)
            ForgetAnswers(location.Left);
        if (location.Kind == TermKind.Parameter && !Promised.IsEmpty)
            KeepApart(location, value);
        foreach (var path in Promised)
        {
            if (SymbolEqualityComparer.Default.Equals(location.Symbol, path.Symbol))
                MarkAssigned(location);
            // A whole that came from elsewhere has its parts.
            else if (value.Kind != TermKind.Fresh && IsPrefix(location, path))
                MarkAssigned(path);
        }
    }

    bool IsPrefix(Term location, Term path)
    {
        for (var whole = path.Left; whole is not null; whole = whole.Left)
        {
            if (location.Equals(whole) || (whole.Kind == TermKind.Member && Follow(_state, whole.Left!, static root => root) is { } owner && location.Equals(Term.Member(owner, whole.Symbol!))))
                return true;
        }

        return false;
    }

    // Paths on which a variable holds one constant or another may promise different things: they are kept apart.
    void KeepApart(Term variable, Term value)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Assigned && mark.What.Length > 0 && variable.Equals(mark.Value))
                _state = _state.Remove(mark);
        }

        if (value.IsConstant)
            _state = _state.Add(new Mark(MarkKind.Assigned, value.ToString(), variable, null, _body.Graph.OriginalOperation));
    }

    // One mark for one place, wherever it was assigned.
    void MarkAssigned(Term place) =>
        _state = _state.Add(new Mark(MarkKind.Assigned, "", place, null, _body.Graph.OriginalOperation));

    /// <summary>What a callee may assign of the objects that it is given counts as assigned.</summary>
    void AssignInCallee(IMethodSymbol callee, CallBinding binding)
    {
        foreach (var path in Promised)
        {
            if (path.Left is not { } whole || Follow(_state, whole, static root => root) is not { } owner)
                continue;
            bool isGiven = binding.Receiver is { } receiver && (Reaches(receiver, owner) || Reaches(receiver, whole));
            foreach (var argument in binding.Arguments)
                isGiven |= Reaches(argument.Term, owner) || Reaches(argument.Term, whole) || (argument.Location is { } place && (Reaches(place, owner) || Reaches(place, whole)));
            if (isGiven && Assignments.MayAssign(_host, callee, path.Symbol!))
                MarkAssigned(path);
        }
    }

    static bool Reaches(Term given, Term owner) => !given.IsConstant && owner.Mentions(given);

    /// <summary>Whether a place that the contract names was assigned on the path.</summary>
    public static bool IsAssigned(FlowHost host, PathState state, Term path)
    {
        if (path.Root.Kind == TermKind.Return || path.Left is not { } whole)
            return path.Root.Kind == TermKind.Return || path.Kind == TermKind.Parameter && IsMarked(state, path);
        if (Follow(state, whole, static root => root) is not { } owner)
            return true;
        if (owner.Root is { Kind: TermKind.Fresh, Value: Microsoft.CodeAnalysis.Operations.IObjectCreationOperation { Constructor: { } constructor } } && Assignments.MayAssign(host, constructor, path.Symbol!))
            return true;
        // An object that nobody here has made is taken for whole.
        bool isKnown = owner.IsRooted || owner.Root.Kind == TermKind.Fresh;
        foreach (var mark in state.Marks)
        {
            if (mark.Kind != MarkKind.Assigned || !SymbolEqualityComparer.Default.Equals(mark.Value!.Symbol, path.Symbol))
                continue;
            if (mark.Value.Equals(path) || owner.Equals(mark.Value.Left) || !isKnown || mark.Value.Left is not { IsRooted: true })
                return true;
        }

        return !isKnown;
    }

    static bool IsMarked(PathState state, Term place)
    {
        foreach (var mark in state.Marks)
        {
            if (mark.Kind == MarkKind.Assigned && place.Equals(mark.Value))
                return true;
        }

        return false;
    }
}
