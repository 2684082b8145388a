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
    ImmutableArray<ChainLink> _sleep = ImmutableArray<ChainLink>.Empty;

    ReachBuilder(FlowHost host, Body body)
    {
        _host = host;
        _body = body;
    }

    public static Reach Build(FlowHost host, Body body)
    {
        var builder = new ReachBuilder(host, body);
        BodySolver.Solve(host, body, BodySolver.EntryOf(host, body), builder);
        return builder._takes.Count == 0 && builder._sleep.IsEmpty
            ? Reach.Nothing
            : new Reach { Takes = builder._takes.ToImmutableArray(), SleepChain = builder._sleep };
    }

    public static bool Same(Reach a, Reach b) => a.Takes.Length == b.Takes.Length && a.SleepChain.IsEmpty == b.SleepChain.IsEmpty;

    public override void Called(in CallMade call, PathState state)
    {
        if (!call.Contract.SpeaksOfLocks)
        {
            foreach (var taken in _host.ReachOf(call.Callee, _body).Takes)
            {
                if (call.Binding.Substitute(taken.Lock) is { } path)
                    Add(taken with { Lock = path });
            }
        }

        if (_sleep.IsEmpty)
            _sleep = Sleeping.Chain(_host, call, _body);
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
            Add(new Taken(acquired.Lock, acquired.Mode, acquired.Traits, acquired.Text));
    }

    void Add(Taken taken)
    {
        if (!taken.Lock.IsRooted)
            return;
        foreach (var known in _takes)
        {
            if (known.Lock.Equals(taken.Lock) && known.Mode == taken.Mode)
                return;
        }

        _takes.Add(taken);
    }
}
