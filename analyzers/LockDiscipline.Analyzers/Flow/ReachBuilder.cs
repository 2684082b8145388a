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
    readonly List<Sleep> _sleeps = new();
    readonly OrderCollector _order;
    readonly List<HeldForDelegate> _invokes = new();

    ReachBuilder(FlowHost host, Body body)
    {
        _host = host;
        _body = body;
        _order = OrderCollector.ForCallers(host, body);
    }

    public static Reach Build(FlowHost host, Solution solution)
    {
        var builder = new ReachBuilder(host, solution.Body);
        if (Synchronized.LockOf(solution.Body.Method) is { } own)
            builder.EnterSynchronized(solution.Body.Method!, own);
        solution.Tell(builder);
        var waits = builder._order.ToWaits();
        return builder._takes.Count == 0 && builder._excludes.Count == 0 && builder._invokes.Count == 0 && builder._sleeps.Count == 0 && waits.IsEmpty
            ? Reach.Nothing
            : new Reach
            {
                Takes = builder._takes.ToImmutableArray(),
                Waits = waits,
                Excludes = builder._excludes.ToImmutableArray(),
                Invokes = builder._invokes.ToImmutableArray(),
                Sleeps = builder._sleeps.ToImmutableArray(),
            };
    }

    // Its callers wait for the lock that the runtime takes for it.
    void EnterSynchronized(IMethodSymbol method, Term own)
    {
        Acquired(new LockAcquired(_body.Graph.OriginalOperation, own, LockMode.Exclusive, LockTraits.Monitor, Synchronized.TextOf(own), null, method, false), PathState.Entry);
        AddSleep(new Sleep(ImmutableArray<ChainLink>.Empty, ImmutableArray<Term>.Empty, default));
    }

    public static bool Same(Reach a, Reach b) =>
        a.Takes.Length == b.Takes.Length && a.Invokes.Length == b.Invokes.Length && a.Excludes.Length == b.Excludes.Length
        && a.Sleeps.Length == b.Sleeps.Length
        && a.Waits.Length == b.Waits.Length
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

        for (int i = 0; i < b.Waits.Length; i++)
        {
            if (!a.Waits[i].Given.Equals(b.Waits[i].Given))
                return false;
        }

        for (int i = 0; i < b.Sleeps.Length; i++)
        {
            if (a.Sleeps[i].Chain.Length != b.Sleeps[i].Chain.Length || a.Sleeps[i].Without.Length != b.Sleeps[i].Without.Length || !a.Sleeps[i].Given.Equals(b.Sleeps[i].Given))
                return false;
        }

        return true;
    }

    public override void Called(in CallMade call, PathState state)
    {
        if (call.RunsLater)
            return;
        NoteInvoked(call, state);
        _order.Called(call, state);
        if (!call.Contract.SpeaksOfLocks)
        {
            var reach = _host.ReachOf(call.Callee, _body);
            foreach (var taken in reach.Takes)
            {
                if (taken.Given.Assume(state, call.Binding) is { } then && call.Binding.Substitute(taken.Lock) is { } path)
                    Add(taken with { Lock = path, Given = Premise.In(then) }, state);
            }

            foreach (var exclusion in reach.Excludes)
            {
                if (exclusion.Given.Assume(state, call.Binding) is { } then)
                    AddExclusion(call, exclusion.Lock, exclusion.Text, then);
            }
        }

        foreach (var clause in call.Contract.Excludes)
            AddExclusion(call, clause.Path, clause.Text, state);
        if (!SleepsAnyway)
        {
            foreach (var sleep in Sleeping.Of(_host, call, _body, state))
                AddSleep(sleep);
        }
    }

    public override void Acquired(in LockAcquired acquired, PathState state)
    {
        _order.Acquired(acquired, state);
        // Dropped before it is taken: the caller held it, and does not wait for itself.
        foreach (var owed in state.Owed)
        {
            if (owed.Lock.Equals(acquired.Lock))
                return;
        }

        if (!acquired.IsTry)
            Add(new Taken(acquired.Lock, acquired.Mode, acquired.Traits, acquired.Text, Premise.In(state)), state);
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
        state.Locks.RemoveAll(static hold => !hold.Lock.IsRooted || (hold.Certainty != Certainty.Definite && !hold.Traits.IsPresumed) || hold.Source is not (HoldSource.Acquired or HoldSource.Tried));

    IParameterSymbol? ParameterOf(Term? value) =>
        value is { Kind: TermKind.Parameter, Symbol: IParameterSymbol parameter } && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, _body.Owner) ? parameter : null;

    void AddExclusion(in CallMade call, Term path, string text, PathState state)
    {
        if (call.Binding.Substitute(path) is not { IsRooted: true } bound || IsOwed(state, bound))
            return;
        Alternatives.Add(_excludes, new Exclusion(bound, text, Premise.In(state)), Alternatives.OfExclusions);
    }

    // A place that is always reached, with all of the caller's locks still held, leaves nothing more to tell.
    bool SleepsAnyway
    {
        get
        {
            foreach (var sleep in _sleeps)
            {
                if (sleep.Given.IsNothing && sleep.Without.IsEmpty)
                    return true;
            }

            return false;
        }
    }

    // The place where most of the caller's locks are still held is the one that speaks.
    void AddSleep(Sleep sleep)
    {
        foreach (var known in _sleeps)
        {
            if (known.Given.IsNothing && known.Without.Length < sleep.Without.Length)
                return;
        }

        Alternatives.Add(_sleeps, sleep, Alternatives.OfSleeps);
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
        Alternatives.Add(_takes, taken, Alternatives.OfTakes);
    }
}
