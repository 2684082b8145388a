using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Order;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Infers which locks a body waits for, and whether it may sleep, through all that it calls.</summary>
internal sealed class ReachBuilder : FlowObserver
{
    readonly FlowHost _host;
    readonly Body _body;
    readonly List<Taken> _takes = new();
    readonly List<Exclusion> _excludes = new();
    readonly OrderCollector _order;
    ImmutableArray<ChainLink> _sleep = ImmutableArray<ChainLink>.Empty;
    ImmutableArray<Term> _sleepsWithout = ImmutableArray<Term>.Empty;

    ReachBuilder(FlowHost host, Body body)
    {
        _host = host;
        _body = body;
        _order = OrderCollector.ForCallers(host, body);
    }

    public static Reach Build(FlowHost host, Body body)
    {
        var builder = new ReachBuilder(host, body);
        BodySolver.Solve(host, body, BodySolver.EntryOf(host, body), builder);
        var (waits, pairs) = (builder._order.ToWaits(), builder._order.ToPairs());
        return builder._takes.Count == 0 && builder._excludes.Count == 0 && builder._sleep.IsEmpty && waits.IsEmpty && pairs.IsEmpty
            ? Reach.Nothing
            : new Reach
            {
                Takes = builder._takes.ToImmutableArray(),
                Waits = waits,
                Pairs = pairs,
                Excludes = builder._excludes.ToImmutableArray(),
                SleepChain = builder._sleep,
                SleepsWithout = builder._sleepsWithout,
            };
    }

    public static bool Same(Reach a, Reach b) =>
        a.Takes.Length == b.Takes.Length && a.Waits.Length == b.Waits.Length && a.Pairs.Length == b.Pairs.Length && a.Excludes.Length == b.Excludes.Length
        && a.SleepChain.IsEmpty == b.SleepChain.IsEmpty && a.SleepsWithout.Length == b.SleepsWithout.Length;

    public override void Called(in CallMade call, PathState state)
    {
        _order.Called(call, state);
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
        if (_sleep.IsEmpty || _sleepsWithout.Length > 0)
            AddSleep(Sleeping.Chain(_host, call, _body), Sleeping.Without(_host, call, _body, state));
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
            Add(new Taken(acquired.Lock, acquired.Mode, acquired.Traits, acquired.Text), state);
    }

    void AddExclusion(in CallMade call, Term path, string text, PathState state)
    {
        if (call.Binding.Substitute(path) is not { IsRooted: true } bound || IsOwed(state, bound))
            return;
        foreach (var known in _excludes)
        {
            if (known.Lock.Equals(bound))
                return;
        }

        _excludes.Add(new Exclusion(bound, text));
    }

    // The place where most of the caller's locks are still held is the one that speaks.
    void AddSleep(ImmutableArray<ChainLink> chain, ImmutableArray<Term> without)
    {
        if (chain.IsEmpty || (!_sleep.IsEmpty && without.Length >= _sleepsWithout.Length))
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
        foreach (var known in _takes)
        {
            if (known.Lock.Equals(taken.Lock) && known.Mode == taken.Mode)
                return;
        }

        _takes.Add(taken);
    }
}
