using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// Sample, fetch, lock, recheck, commit: what is fetched without the lock is used under it only after a test that nothing changed since the sample.
internal sealed partial class Evaluator
{
    /// <param name="site">The call.</param>
    /// <param name="clause">The step.</param>
    /// <param name="name">The member called, as it is called in messages.</param>
    /// <param name="result">What the call returns.</param>
    /// <param name="keptBy">Of a fetch: the lock that keeps what it found as it is.</param>
    /// <param name="under">Of a recheck: the locks that its contract wants held.</param>
    Term Step(IOperation site, in SequenceClause clause, string name, Term result, Term? keptBy = null, ImmutableArray<Term> under = default)
    {
        switch (clause.Step)
        {
            case SequenceStep.Sample:
                // A new round; what was fetched before it stays fetched before it.
                Unmark(clause.Name, MarkKind.Sampled, MarkKind.Fetched, MarkKind.Rechecked);
                Unmark(clause.Name, MarkKind.FoundStale);
                SampleUnderLock(clause.Name);
                _state = _state.Add(new Mark(MarkKind.Sampled, clause.Name, null, null, site));
                return result;
            case SequenceStep.Fetch:
                bool isSampled = HasMark(MarkKind.Sampled, clause.Name);
                Unmark(clause.Name, MarkKind.Fetched, MarkKind.Rechecked);
                ForgetFetch(clause.Name, name);
                _state = _state.Add(new Mark(isSampled ? MarkKind.Fetched : MarkKind.FetchedUnsampled, clause.Name, null, isSampled ? null : keptBy, site));
                return result;
            case SequenceStep.Recheck:
                return Recheck(site, clause, result, under);
            default:
                Commit(site, clause.Name, name);
                return result;
        }
    }

    // A sample taken before that lock is dropped comes early enough: nothing can have changed yet.
    void SampleUnderLock(string sequence)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.FetchedUnsampled && mark.What == sequence && mark.Under is { } keptBy && _state.Find(keptBy) is not null)
                _state = _state.Remove(mark);
        }
    }

    // The same fetch again takes the place of the former; another one is fetched besides.
    void ForgetFetch(string sequence, string name)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.FetchedUnsampled && mark.What == sequence && NameOf(mark.At) == name)
                _state = _state.Remove(mark);
        }
    }

    Term Recheck(IOperation site, in SequenceClause clause, Term result, ImmutableArray<Term> under)
    {
        if (site.Type?.SpecialType != SpecialType.System_Boolean)
            return result;
        if (!result.IsConstant)
            result = _choices.Choose(2) == 0 ? Term.True : Term.False;
        Unmark(clause.Name, MarkKind.Rechecked, MarkKind.FoundStale);
        if (result.Equals(clause.Stale ? Term.True : Term.False))
        {
            _state = _state.Add(new Mark(MarkKind.FoundStale, clause.Name, null, null, site));
            return result;
        }

        Rechecked(site, clause.Name, under);
        return result;
    }

    // The lock that the recheck wants held keeps what was found true; where it names none, any that excludes somebody; in a helper, any that its caller holds.
    void Rechecked(IOperation site, string sequence, ImmutableArray<Term> under = default)
    {
        bool any = false;
        foreach (var hold in _state.Locks)
        {
            if (under.IsDefaultOrEmpty ? IsReadersOnly(hold.Lock) : !under.Contains(hold.Lock))
                continue;
            any = true;
            _state = _state.Add(new Mark(MarkKind.Rechecked, sequence, null, hold.Lock, site));
        }

        foreach (var hold in _state.Locks)
        {
            if (!any)
                _state = _state.Add(new Mark(MarkKind.Rechecked, sequence, null, hold.Lock, site));
        }

        if (_state.Locks.IsEmpty && !_body.IsVisible && !BeganHere(sequence))
            _state = _state.Add(new Mark(MarkKind.Rechecked, sequence, null, null, site));
    }

    // A read section goes on while others change what was found.
    bool IsReadersOnly(Term path)
    {
        var type = path.Symbol switch
        {
            IFieldSymbol field => field.Type,
            IPropertySymbol property => property.Type,
            ILocalSymbol local => local.Type,
            IParameterSymbol parameter => parameter.Type,
            _ => null,
        };
        return type is not null && _host.Cache.HasReadersOnly(type);
    }

    // What the contract of a recheck wants held, at this call.
    ImmutableArray<Term> HeldBy(MemberContract contract, CallBinding binding)
    {
        var held = ImmutableArray<Term>.Empty;
        foreach (var clause in contract.Requires)
        {
            if (!clause.IsReadSection && binding.Follow(_state, clause.Path) is { } path)
                held = held.Add(path);
        }

        return held;
    }

    void Commit(IOperation site, string sequence, string name)
    {
        if (!HasMark(MarkKind.Rechecked, sequence))
        {
            if (!BeganHere(sequence) && !_body.IsVisible && !HasMark(MarkKind.FoundStale, sequence))
            {
                // The caller samples and rechecks, or makes the mistake.
                _state = _state.Add(new Mark(MarkKind.Committed, sequence, null, null, site));
                return;
            }

            Observer?.Broken(new Breach(BreachKind.Unchecked, site, sequence, null, name), _state);
            // Told once; what follows counts as rechecked.
            _state = _state.Add(new Mark(MarkKind.Rechecked, sequence, null, null, site));
            return;
        }

        Conclude(site, sequence, name);
    }

    // Committed after a recheck: what counts now is that the sample was taken before the fetch, here or in the callers.
    void Conclude(IOperation site, string sequence, string name)
    {
        if (!BeganHere(sequence) && !_body.IsVisible)
        {
            _state = _state.Add(new Mark(MarkKind.Concluded, sequence, null, null, site));
            return;
        }

        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.FetchedUnsampled || mark.What != sequence)
                continue;
            Observer?.Broken(new Breach(BreachKind.Unsampled, mark.At, sequence, mark, name), _state);
            _state = _state.Remove(mark);
        }
    }

    bool BeganHere(string sequence) =>
        HasMark(MarkKind.Sampled, sequence) || HasMark(MarkKind.Fetched, sequence) || HasMark(MarkKind.FetchedUnsampled, sequence);

    bool HasMark(MarkKind kind, string what)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == kind && mark.What == what)
                return true;
        }

        return false;
    }

    void Unmark(string what, MarkKind first, MarkKind second = default, MarkKind third = default)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.What == what && (mark.Kind == first || (second != default && mark.Kind == second) || (third != default && mark.Kind == third)))
                _state = _state.Remove(mark);
        }
    }
}
