using System;
using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A method that is solved, and the options of those who asked.</summary>
internal readonly record struct Solving(IMethodSymbol Method, FlowOptions Options)
{
    public bool Equals(Solving other) => Options == other.Options && SymbolEqualityComparer.Default.Equals(Method, other.Method);

    public override int GetHashCode() => SymbolEqualityComparer.Default.GetHashCode(Method);
}

/// <summary>All that happens in one body: found once, and told to everybody who wants to know, rules and those who sum it up for callers.</summary>
/// <remarks>Immutable once solved; thread-safe.</remarks>
internal sealed class Solution
{
    readonly List<Action<FlowObserver>> _told;

    Solution(Body body, Rests rests, List<Action<FlowObserver>> told)
    {
        Body = body;
        Rests = rests;
        _told = told;
    }

    public Body Body { get; }

    /// <summary>What it rests on: so does whatever is concluded from it.</summary>
    public Rests Rests { get; }

    /// <summary>Solves a body.</summary>
    public static Solution Of(FlowHost host, Body body, PathState entry, Rests rests)
    {
        var recorder = new Recorder();
        BodySolver.Solve(host, body, entry, recorder);
        return new Solution(body, rests, recorder.Told);
    }

    /// <summary>Tells it all, in the order in which it was found.</summary>
    public void Tell(FlowObserver observer)
    {
        foreach (var tell in _told)
            tell(observer);
    }

    sealed class Recorder : FlowObserver
    {
        public List<Action<FlowObserver>> Told { get; } = new();

        public override void Accessed(in MemberAccess access, PathState state)
        {
            var what = access;
            Told.Add(observer => observer.Accessed(what, state));
        }

        public override void Called(in CallMade call, PathState state)
        {
            var what = call;
            Told.Add(observer => observer.Called(what, state));
        }

        public override void Acquired(in LockAcquired acquired, PathState state)
        {
            var what = acquired;
            Told.Add(observer => observer.Acquired(what, state));
        }

        public override void Released(in LockReleased released, PathState state)
        {
            var what = released;
            Told.Add(observer => observer.Released(what, state));
        }

        public override void TryIgnored(IOperation site, string text, PathState state) =>
            Told.Add(observer => observer.TryIgnored(site, text, state));

        public override void Lost(in ResultLost result, PathState state)
        {
            var what = result;
            Told.Add(observer => observer.Lost(what, state));
        }

        public override void Suspended(IOperation site, PathState state) =>
            Told.Add(observer => observer.Suspended(site, state));

        public override void Assigned(in PlaceAssigned assigned, PathState state)
        {
            var what = assigned;
            Told.Add(observer => observer.Assigned(what, state));
        }

        public override void Copied(IOperation site, Term value, PathState state) =>
            Told.Add(observer => observer.Copied(site, value, state));

        public override void Given(in MethodGiven given, PathState state)
        {
            var what = given;
            Told.Add(observer => observer.Given(what, state));
        }

        public override void Broken(in Breach breach, PathState state)
        {
            var what = breach;
            Told.Add(observer => observer.Broken(what, state));
        }

        public override void Left(in BodyLeft exit, PathState state)
        {
            var what = exit;
            Told.Add(observer => observer.Left(what, state));
        }

        public override void Deferred(NestedBody nested) => Told.Add(observer => observer.Deferred(nested));

        public override void Capped(string what) => Told.Add(observer => observer.Capped(what));
    }
}
