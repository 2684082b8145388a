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

    ReachBuilder(FlowHost host, Body body)
    {
        _host = host;
        _body = body;
    }

    public static Reach Build(FlowHost host, Body body)
    {
        var builder = new ReachBuilder(host, body);
        BodySolver.Solve(host, body, BodySolver.EntryOf(host, body), builder);
        return builder._takes.Count == 0 && builder._excludes.Count == 0 && builder._sleeps.Count == 0
            ? Reach.Nothing
            : new Reach
            {
                Takes = builder._takes.ToImmutableArray(),
                Excludes = builder._excludes.ToImmutableArray(),
                Sleeps = builder._sleeps.ToImmutableArray(),
            };
    }

    public static bool Same(Reach a, Reach b) =>
        a.Takes.Length == b.Takes.Length && a.Excludes.Length == b.Excludes.Length
        && a.Sleeps.Length == b.Sleeps.Length;

    public override void Called(in CallMade call, PathState state)
    {
        if (!call.Contract.SpeaksOfLocks)
        {
            var reach = _host.ReachOf(call.Callee, _body);
            foreach (var taken in reach.Takes)
            {
                if (taken.Given.Assume(state, call.Binding) is { } then && call.Binding.Substitute(taken.Lock) is { } path)
                    Add(taken with { Lock = path, Given = Given.In(then) }, state);
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
        // Dropped before it is taken: the caller held it, and does not wait for itself.
        foreach (var owed in state.Owed)
        {
            if (owed.Lock.Equals(acquired.Lock))
                return;
        }

        if (!acquired.IsTry)
            Add(new Taken(acquired.Lock, acquired.Mode, acquired.Traits, acquired.Text, Given.In(state)), state);
    }

    void AddExclusion(in CallMade call, Term path, string text, PathState state)
    {
        if (call.Binding.Substitute(path) is not { IsRooted: true } bound || IsOwed(state, bound))
            return;
        Alternatives.Add(_excludes, new Exclusion(bound, text, Given.In(state)), Alternatives.OfExclusions);
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
