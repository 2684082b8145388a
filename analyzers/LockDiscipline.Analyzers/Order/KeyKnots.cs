using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using LockDiscipline.Analyzers.Flow;

namespace LockDiscipline.Analyzers.Order;

/// <summary>The locks of an order sorted into knots: those that lead to each other. A way leads round through an edge if both of its locks are in one knot.</summary>
/// <remarks>Tarjan's algorithm, from the locks that are asked for onwards, each once for a compilation. Thread-safe.</remarks>
/// <param name="next">The locks that follow one; null where that cannot be told.</param>
/// <param name="isFinal">Whether what was found is for others, too.</param>
internal sealed class KeyKnots(Func<FlowHost, string, ImmutableArray<string>?> next, Func<bool> isFinal)
{
    // With each lock, all that it leads to: a search that sees one sees what belongs to it.
    ImmutableDictionary<string, Member> _known = ImmutableDictionary.Create<string, Member>(StringComparer.Ordinal);

    /// <summary>What is known of a lock.</summary>
    public Member Of(FlowHost host, string start)
    {
        var sorted = Volatile.Read(ref _known);
        if (!sorted.TryGetValue(start, out var known))
            known = Search(host, start, sorted);
        host.Rests.On(known.Rests);
        return known;
    }

    /// <summary>Whether a way leads from one lock to the other.</summary>
    public bool Leads(FlowHost host, string from, string to)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { from };
        var open = new Queue<string>(seen);
        while (open.Count > 0)
        {
            string at = open.Dequeue();
            if (at == to)
                return true;
            foreach (string follower in Of(host, at).Followers)
            {
                if (seen.Add(follower))
                    open.Enqueue(follower);
            }
        }

        return false;
    }

    Member Search(FlowHost host, string start, ImmutableDictionary<string, Member> sorted)
    {
        var found = new Dictionary<string, Member>(StringComparer.Ordinal);
        var visits = new Dictionary<string, Visit>(StringComparer.Ordinal);
        // Those whose knot is not complete, and among them those whose followers are being gone through.
        var open = new Stack<Visit>();
        var path = new Stack<Visit>();
        Enter(start);
        while (path.Count > 0)
        {
            var visit = path.Peek();
            if (visit.Followers is { IsEmpty: false } followers && visit.Passed < followers.Length)
            {
                string follower = followers[visit.Passed];
                if (sorted.TryGetValue(follower, out var member) || found.TryGetValue(follower, out member))
                {
                    visit.LeadsTo(member);
                    visit.Passed++;
                }
                else if (visits.TryGetValue(follower, out var other))
                {
                    visit.LeadsTo(other);
                    visit.Passed++;
                }
                else
                {
                    Enter(follower);
                }

                continue;
            }

            path.Pop();
            if (visit.Low == visit.Index)
                Close(visit);
        }

        if (isFinal())
            ImmutableInterlocked.Update(ref _known, known => known.SetItems(found));

        return found[start];

        void Enter(string id)
        {
            var rests = new Rests();
            using var search = host.Rests.BeginApart(rests);
            var visit = new Visit(id, visits.Count, next(host, id), rests);
            visits.Add(id, visit);
            open.Push(visit);
            path.Push(visit);
        }

        // Named after the first of its locks, so that whoever finds it gives it the same name.
        void Close(Visit root)
        {
            var knot = new List<Visit>();
            string name = root.Id;
            bool isUnclear = false;
            Visit last;
            do
            {
                last = open.Pop();
                knot.Add(last);
                isUnclear |= last.IsUnclear;
                if (string.CompareOrdinal(last.Id, name) < 0)
                    name = last.Id;
            }
            while (last != root);
            foreach (var one in knot)
                found.Add(one.Id, new Member(name, isUnclear, one.Followers ?? ImmutableArray<string>.Empty, one.Rests));
        }
    }

    /// <summary>One of several locks that lead to each other, or one by itself.</summary>
    /// <param name="Knot">The name of all of them.</param>
    /// <param name="IsUnclear">What they lead to cannot be told.</param>
    /// <param name="Followers">The locks that follow this one.</param>
    /// <param name="Rests">What that rests on: whatever can be reached from here.</param>
    internal sealed record Member(string Knot, bool IsUnclear, ImmutableArray<string> Followers, Rests Rests);

    /// <summary>A lock on the way of the search.</summary>
    sealed class Visit(string id, int index, ImmutableArray<string>? followers, Rests rests)
    {
        public string Id { get; } = id;

        public int Index { get; } = index;

        /// <summary>The first of those that it is known to lead to.</summary>
        public int Low { get; private set; } = index;

        public ImmutableArray<string>? Followers { get; } = followers;

        public int Passed { get; set; }

        public bool IsUnclear { get; private set; } = followers is null;

        public Rests Rests { get; } = rests;

        public void LeadsTo(Member other)
        {
            IsUnclear |= other.IsUnclear;
            Rests.Add(other.Rests);
        }

        public void LeadsTo(Visit other)
        {
            Low = Math.Min(Low, other.Low);
            Rests.Add(other.Rests);
        }
    }
}
