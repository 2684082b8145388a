using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Infers which locks a body waits for, and whether it may sleep, through all that it calls.</summary>
internal sealed class ReachBuilder : FlowObserver
{
    readonly FlowHost _host;
    readonly Body _body;
    readonly List<Taken> _takes = new();
    readonly List<Exclusion> _excludes = new();
    readonly List<HeldForDelegate> _invokes = new();
    ImmutableArray<ChainLink> _sleep = ImmutableArray<ChainLink>.Empty;
    ImmutableArray<Term> _sleepsWithout = ImmutableArray<Term>.Empty;

    ReachBuilder(FlowHost host, Body body)
    {
        _host = host;
        _body = body;
    }

    public static Reach Build(FlowHost host, Body body)
    {
        var builder = new ReachBuilder(host, body);
        BodySolver.Solve(host, body, BodySolver.EntryOf(host, body), builder);
        return builder._takes.Count == 0 && builder._excludes.Count == 0 && builder._invokes.Count == 0 && builder._sleep.IsEmpty
            ? Reach.Nothing
            : new Reach
            {
                Takes = builder._takes.ToImmutableArray(),
                Excludes = builder._excludes.ToImmutableArray(),
                Invokes = builder._invokes.ToImmutableArray(),
                SleepChain = builder._sleep,
                SleepsWithout = builder._sleepsWithout,
            };
    }

    public static bool Same(Reach a, Reach b) =>
        a.Takes.Length == b.Takes.Length && a.Invokes.Length == b.Invokes.Length && a.Excludes.Length == b.Excludes.Length
        && a.SleepChain.Length == b.SleepChain.Length && a.SleepsWithout.Length == b.SleepsWithout.Length
        && Known(a, b);

    // Nothing is ever taken back: as many of each, and none that is new.
    static bool Known(Reach a, Reach b)
    {
        foreach (var taken in b.Takes)
        {
            if (!a.Takes.Contains(taken))
                return false;
        }

        foreach (var exclusion in b.Excludes)
        {
            if (!a.Excludes.Contains(exclusion))
                return false;
        }

        return true;
    }

    public override void Called(in CallMade call, PathState state)
    {
        NoteInvoked(call, state);
        if (!call.Contract.SpeaksOfLocks)
        {
            var reach = _host.ReachOf(call.Callee, _body);
            foreach (var taken in reach.Takes)
            {
                if (call.Binding.Substitute(taken.Lock) is { } path)
                    Add(taken with { Lock = path }, state);
            }

            foreach (var exclusion in reach.Excludes)
                AddExclusion(call, exclusion.Lock, exclusion.Text, state);
        }

        foreach (var clause in call.Contract.Excludes)
            AddExclusion(call, clause.Path, clause.Text, state);
        var chain = Sleeping.Chain(_host, call, _body);
        if (!chain.IsEmpty)
            AddSleep(chain, Sleeping.Without(_host, call, _body, state));
    }

    public override void Acquired(in LockAcquired acquired, PathState state)
    {
        // Dropped before it is taken: the caller held it, and does not wait for itself.
        foreach (var owed in state.Owed)
        {
            if (owed.Lock.Equals(acquired.Lock))
                return;
        }

        if (!acquired.IsTry)
            Add(new Taken(acquired.Lock, acquired.Mode, acquired.Traits, acquired.Text), state);
    }

    // The delegate of a parameter is invoked here, or handed on to one that does.
    void NoteInvoked(in CallMade call, PathState state)
    {
        if (call.Callee.MethodKind == MethodKind.DelegateInvoke && ParameterOf(call.Binding.Receiver) is { } invoked)
        {
            AddInvoked(invoked, HeldHere(state));
            return;
        }

        foreach (var argument in call.Binding.Arguments)
        {
            if (argument.Parameter.Type.TypeKind != TypeKind.Delegate || ParameterOf(argument.Term) is not { } passed)
                continue;
            var held = HeldHere(state);
            foreach (var inner in _host.ReachOf(call.Callee, _body).Invokes)
            {
                if (SymbolEqualityComparer.Default.Equals(inner.Parameter, argument.Parameter))
                    held = held.AddRange(call.Binding.Bound(inner.Locks));
            }

            AddInvoked(passed, held);
        }
    }

    void AddInvoked(IParameterSymbol parameter, ImmutableArray<Hold> held)
    {
        for (int i = 0; i < _invokes.Count; i++)
        {
            if (!SymbolEqualityComparer.Default.Equals(_invokes[i].Parameter, parameter))
                continue;
            _invokes[i] = _invokes[i] with { Locks = _invokes[i].Locks.RemoveAll(hold => !Holds(held, hold)) };
            return;
        }

        _invokes.Add(new HeldForDelegate(parameter, held));

        static bool Holds(ImmutableArray<Hold> held, Hold wanted)
        {
            foreach (var hold in held)
            {
                if (hold.Lock.Equals(wanted.Lock) && hold.Mode >= wanted.Mode)
                    return true;
            }

            return false;
        }
    }

    // What others can name of the locks held, and was taken by this body.
    static ImmutableArray<Hold> HeldHere(PathState state) =>
        state.Locks.RemoveAll(static hold => !hold.Lock.IsRooted || hold.Certainty != Certainty.Definite || hold.Source is not (HoldSource.Acquired or HoldSource.Tried));

    IParameterSymbol? ParameterOf(Term? value) =>
        value is { Kind: TermKind.Parameter, Symbol: IParameterSymbol parameter } && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, _body.Owner) ? parameter : null;

    void AddExclusion(in CallMade call, Term path, string text, PathState state)
    {
        if (call.Binding.Substitute(path) is not { IsRooted: true } bound || IsOwed(state, bound))
            return;
        for (int i = 0; i < _excludes.Count; i++)
        {
            if (!_excludes[i].Lock.Equals(bound))
                continue;
            if (string.CompareOrdinal(text, _excludes[i].Text) < 0)
                _excludes[i] = new Exclusion(bound, text);
            return;
        }

        _excludes.Add(new Exclusion(bound, text));
    }

    // The place where most of the caller's locks are still held is the one that speaks; of several, the one that fewest calls lead to.
    void AddSleep(ImmutableArray<ChainLink> chain, ImmutableArray<Term> without)
    {
        if (!_sleep.IsEmpty && (without.Length, chain.Length).CompareTo((_sleepsWithout.Length, _sleep.Length)) >= 0)
            return;
        _sleep = chain;
        _sleepsWithout = without;
    }

    static bool IsOwed(PathState state, Term path)
    {
        foreach (var owed in state.Owed)
        {
            if (owed.Lock.Equals(path))
                return true;
        }

        return false;
    }

    void Add(Taken taken, PathState state)
    {
        // Its caller's hold was released before: taking it back is no second acquire.
        if (!taken.Lock.IsRooted || IsOwed(state, taken.Lock))
            return;
        for (int i = 0; i < _takes.Count; i++)
        {
            if (!_takes[i].Lock.Equals(taken.Lock) || _takes[i].Mode != taken.Mode)
                continue;
            // Written in several ways: one of them, whichever is met first.
            if (string.CompareOrdinal(taken.Text, _takes[i].Text) < 0)
                _takes[i] = taken;
            return;
        }

        _takes.Add(taken);
    }
}
