using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>
/// Collects, over all paths of one body, what the rules find, and decides what is told: one finding for one cause.
/// </summary>
/// <remarks>
/// A judgement counts paths on which a place is right and on which it is wrong. Paths that exist only because a call may have
/// thrown decide nothing where others reach the place, and need to agree where they do not. Not thread-safe; one for each body.
/// </remarks>
internal sealed class Findings
{
    readonly Dictionary<(object Site, DiagnosticDescriptor Rule, object? About), Judgement> _judgements = new();
    readonly List<Judgement> _order = new();

    /// <summary>A place is judged on one path, by a rule for which one wrong path is enough.</summary>
    /// <param name="about">What the judgement is about at that place, such as a lock.</param>
    /// <param name="finding">Makes the finding; null where the path is right.</param>
    public void Judge(object site, DiagnosticDescriptor rule, object? about, PathState state, Func<Finding>? finding) =>
        At(site, rule, about).Count(state, finding, null);

    /// <summary>A place that needs a lock is judged on one path; where paths differ, that is what is told (LCK1008).</summary>
    /// <param name="turn">Of one place that needs the lock several times, one after the other: which time.</param>
    public void JudgeHeld(object site, DiagnosticDescriptor rule, Term lockPath, PathState state, Hold? held, Func<Finding>? finding, int turn = 0)
    {
        var judgement = At(site, rule, turn == 0 ? lockPath : (lockPath, turn));
        judgement.NeedsLock = lockPath;
        judgement.Count(state, finding, held);
        if (held is not null)
            judgement.NoteDepth(state, held);
        if (finding is not null)
            judgement.NoteMissing(state, lockPath);
    }

    /// <summary>Reports what was found, in the order of the source.</summary>
    public void Report(Action<Finding> report)
    {
        var mixed = new List<Term>();
        var found = new List<Finding>();
        foreach (var judgement in _order)
        {
            if (!judgement.IsMixed)
                continue;
            if (!mixed.Contains(judgement.NeedsLock!))
            {
                mixed.Add(judgement.NeedsLock!);
                found.Add(LCK1008HeldOnOnePath.Create(judgement.HeldBy!, judgement.MissingSince, judgement.Site));
            }
        }

        // Paths that meet with different depths of a reentrant lock, which then does not come out even.
        foreach (var judgement in _order)
        {
            if (judgement.DeepestHold is { } deepest && !mixed.Contains(judgement.NeedsLock!) && IsUneven(judgement.NeedsLock!))
            {
                mixed.Add(judgement.NeedsLock!);
                found.Add(LCK1008HeldOnOnePath.Create(deepest, judgement.ReleasedOnce, judgement.Site, again: true));
            }
        }

        // A lock that was acquired twice is out of balance: that was told.
        var again = new List<Term>();
        foreach (var judgement in _order)
        {
            if (judgement.Verdict is { Lock: { } about, IsBalance: false, Rule: var rule } && (rule == LCK1006AcquiredAgain.Rule || rule == LCK1008HeldOnOnePath.Rule))
                again.Add(about);
        }

        foreach (var judgement in _order)
        {
            if (judgement.Verdict is not { } finding)
                continue;
            bool told = finding.Lock is { } about
                && ((mixed.Contains(about) && (judgement.IsMixed || finding.IsBalance)) || (again.Contains(about) && finding.IsBalance));
            if (!told)
                found.Add(finding);
        }

        found.Sort(static (a, b) => a.Location.SourceSpan.Start != b.Location.SourceSpan.Start
            ? a.Location.SourceSpan.Start.CompareTo(b.Location.SourceSpan.Start)
            : string.CompareOrdinal(a.Rule.Id, b.Rule.Id));
        for (int i = 0; i < found.Count; i++)
        {
            if (i == 0 || !found[i].IsSameAs(found[i - 1]))
                report(found[i].With(found));
        }
    }

    bool IsUneven(Term path)
    {
        foreach (var judgement in _order)
        {
            if (judgement.Verdict is { IsBalance: true, Lock: { } about } && about.Equals(path))
                return true;
        }

        return false;
    }

    Judgement At(object site, DiagnosticDescriptor rule, object? about)
    {
        if (!_judgements.TryGetValue((site, rule, about), out var judgement))
        {
            judgement = new Judgement(site);
            _judgements.Add((site, rule, about), judgement);
            _order.Add(judgement);
        }

        return judgement;
    }

    sealed class Judgement(object site)
    {
        int _right, _wrong, _implicitRight, _implicitWrong;
        Func<Finding>? _finding;
        Hold? _deep, _shallow;
        IOperation? _deepRelease, _shallowRelease;
        ImmutableArray<Hold> _heldInstead = ImmutableArray<Hold>.Empty;

        public object Site { get; } = site;

        public Term? NeedsLock { get; set; }

        /// <summary>The hold on a path on which the place is right.</summary>
        public Hold? HeldBy { get; private set; }

        /// <summary>Where the lock was released on a path on which the place is wrong.</summary>
        public IOperation? MissingSince { get; private set; }

        /// <summary>Held on one path, not held on another, and no attempt decides which.</summary>
        public bool IsMixed => NeedsLock is not null && _right > 0 && _wrong > 0 && HeldBy is { Source: HoldSource.Acquired or HoldSource.Caller } && !TookAnother();

        // On both paths the same acquire was passed, which took another lock on the one than on the other: then it was the wrong choice.
        bool TookAnother()
        {
            foreach (var hold in _heldInstead)
            {
                if (hold.At is { } at && ReferenceEquals(at, HeldBy!.At) && !hold.Lock.Equals(NeedsLock) && !IsOfFormerRound(hold.Lock))
                    return true;
            }

            return false;
        }

        public Finding? Verdict => _wrong > 0 || (_right == 0 && _implicitRight == 0 && _implicitWrong > 0) ? _finding!() : null;

        static bool IsOfFormerRound(Term? path) =>
            path is not null && (path.Kind == TermKind.Stale || IsOfFormerRound(path.Left) || IsOfFormerRound(path.Right));

        public void Count(PathState state, Func<Finding>? finding, Hold? held)
        {
            if (finding is null)
            {
                _ = state.Implicit ? _implicitRight++ : _right++;
                if (!state.Implicit)
                    HeldBy ??= held;
                return;
            }

            _ = state.Implicit ? _implicitWrong++ : _wrong++;
            _finding ??= finding;
            if (!state.Implicit && _heldInstead.IsEmpty)
                _heldInstead = state.Locks;
        }

        /// <summary>The hold on the path that acquired the lock more often than another one did; null where all did as often.</summary>
        public Hold? DeepestHold => _deep is not null && _deep.Depth != _shallow!.Depth ? _deep : null;

        /// <summary>Where the other path released it instead.</summary>
        public IOperation? ReleasedOnce => ReferenceEquals(_shallowRelease, _deepRelease) ? null : _shallowRelease;

        public void NoteDepth(PathState state, Hold held)
        {
            if (state.Implicit || held.Certainty != Certainty.Definite)
                return;
            if (_deep is null || held.Depth > _deep.Depth)
                (_deep, _deepRelease) = (held, LastRelease(state, held.Lock));
            if (_shallow is null || held.Depth < _shallow.Depth)
                (_shallow, _shallowRelease) = (held, LastRelease(state, held.Lock));
        }

        static IOperation? LastRelease(PathState state, Term path)
        {
            IOperation? last = null;
            foreach (var release in state.Released)
            {
                if (release.Lock.Equals(path))
                    last = release.At;
            }

            return last;
        }

        public void NoteMissing(PathState state, Term lockPath)
        {
            foreach (var release in state.Released)
            {
                if (release.Lock.Equals(lockPath) && !state.Implicit)
                    MissingSince ??= release.At;
            }
        }
    }
}

/// <summary>One thing found, before it is a diagnostic.</summary>
internal sealed record Finding(DiagnosticDescriptor Rule, Location Location, ImmutableArray<object> Arguments)
{
    /// <summary>The lock concerned.</summary>
    public Term? Lock { get; init; }

    /// <summary>Acquires and releases do not match: pointless to tell where it was told that they differ by path.</summary>
    public bool IsBalance { get; init; }

    /// <summary>Milder than the rule's own; null for that.</summary>
    public DiagnosticSeverity? Severity { get; init; }

    /// <summary>Findings of one group at one place are told once, with all places.</summary>
    public ImmutableArray<Location> Related { get; init; } = ImmutableArray<Location>.Empty;

    /// <summary>What the related places show, in a word or two.</summary>
    public string? RelatedIs { get; init; }

    public ImmutableDictionary<string, string?> Properties { get; init; } = ImmutableDictionary<string, string?>.Empty;

    public bool IsSameAs(Finding other) =>
        Rule.Id == other.Rule.Id && Location.SourceSpan == other.Location.SourceSpan && Location.SourceTree == other.Location.SourceTree
        && (Equals(Lock, other.Lock) || ((Rule == LCK1005NotHeld.Rule || Rule == LCK2008ConditionWait.Rule) && SameText(other.Arguments)));

    // One of several locks was chosen, or paths know one by several names: nobody can tell such findings apart.
    bool SameText(ImmutableArray<object> others)
    {
        if (Arguments.Length != others.Length)
            return false;
        for (int i = 0; i < others.Length; i++)
        {
            if (!Equals(Arguments[i], others[i]))
                return false;
        }

        return true;
    }

    /// <summary>The finding with the places of all that are the same.</summary>
    public Finding With(List<Finding> all)
    {
        var related = Related;
        foreach (var finding in all)
        {
            if (ReferenceEquals(finding, this) || !finding.IsSameAs(this))
                continue;
            foreach (var location in finding.Related)
            {
                if (!related.Contains(location))
                    related = related.Add(location);
            }
        }

        return related == Related ? this : this with { Related = related };
    }

    public Diagnostic ToDiagnostic()
    {
        var properties = Properties;
        if (Hints.For(Rule.Id, properties.TryGetValue(DiagnosticProperties.Lock, out var text) ? text : null) is { } hint)
            properties = properties.SetItem(DiagnosticProperties.Hint, hint);
        for (int i = 0; i < Related.Length && RelatedIs is not null; i++)
            properties = properties.SetItem(DiagnosticProperties.Note + i, RelatedIs);
        return Diagnostic.Create(Rule, Location, Severity ?? Rule.DefaultSeverity, Related, properties, System.Linq.ImmutableArrayExtensions.ToArray(Arguments));
    }
}
