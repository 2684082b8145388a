using System.Collections.Immutable;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>A lock named by a contract.</summary>
/// <param name="Path">Its path, with the roots of the member that carries the contract.</param>
/// <param name="Text">The expression as written; empty stands for <c>this</c>.</param>
/// <param name="Mode">The mode meant; null for any.</param>
/// <param name="Result">For a conditional contract: the result that it speaks of.</param>
/// <param name="Taken">The name of the by-reference bool that says whether the lock was taken.</param>
internal sealed record LockClause(Term Path, string Text, LockMode? Mode, bool Result = true, string? Taken = null)
{
    /// <summary>The full name of the only type of receiver for which this holds; null for every receiver.</summary>
    public string? Receiver { get; init; }

    /// <summary>The lock has no exclusive mode: every acquire of its type is shared, as with SRCU and RCU.</summary>
    public bool IsReadSection { get; init; }
}

/// <summary>What is stated of a method, accessor, field, property, parameter or delegate type. Immutable.</summary>
internal sealed record MemberContract
{
    public static readonly MemberContract None = new();

    public ImmutableArray<LockClause> Requires { get; init; } = ImmutableArray<LockClause>.Empty;

    public ImmutableArray<LockClause> Acquires { get; init; } = ImmutableArray<LockClause>.Empty;

    public ImmutableArray<LockClause> TryAcquires { get; init; } = ImmutableArray<LockClause>.Empty;

    public ImmutableArray<LockClause> Releases { get; init; } = ImmutableArray<LockClause>.Empty;

    /// <summary>Held on entry and on exit, dropped in between: <c>[ReleasesTemporarily]</c> and <c>[ConditionWait]</c>.</summary>
    public ImmutableArray<LockClause> Drops { get; init; } = ImmutableArray<LockClause>.Empty;

    /// <summary>Of these, the locks that are dropped to wait for a condition: <c>[ConditionWait]</c>.</summary>
    public ImmutableArray<LockClause> Waits { get; init; } = ImmutableArray<LockClause>.Empty;

    public ImmutableArray<LockClause> Downgrades { get; init; } = ImmutableArray<LockClause>.Empty;

    public ImmutableArray<LockClause> Upgrades { get; init; } = ImmutableArray<LockClause>.Empty;

    public ImmutableArray<LockClause> Excludes { get; init; } = ImmutableArray<LockClause>.Empty;

    /// <summary>It returns only when every hold of them that began before has ended; on a task or thread, when that has.</summary>
    public ImmutableArray<LockClause> WaitsFor { get; init; } = ImmutableArray<LockClause>.Empty;

    public ImmutableArray<LockClause> Asserts { get; init; } = ImmutableArray<LockClause>.Empty;

    public ImmutableArray<LockClause> Tests { get; init; } = ImmutableArray<LockClause>.Empty;

    /// <summary>Every one of them is needed.</summary>
    public ImmutableArray<LockClause> GuardedBy { get; init; } = ImmutableArray<LockClause>.Empty;

    /// <summary>Reading needs one of them, writing needs all.</summary>
    public ImmutableArray<LockClause> GuardedByAny { get; init; } = ImmutableArray<LockClause>.Empty;

    /// <summary>What the reference refers to needs every one of them.</summary>
    public ImmutableArray<LockClause> TargetGuardedBy { get; init; } = ImmutableArray<LockClause>.Empty;

    /// <summary>For a lock: the locks that are to be acquired before it.</summary>
    public ImmutableArray<LockClause> After { get; init; } = ImmutableArray<LockClause>.Empty;

    /// <summary>For a lock: the locks that are to be acquired after it.</summary>
    public ImmutableArray<LockClause> Before { get; init; } = ImmutableArray<LockClause>.Empty;

    /// <summary>What a property or method returns, as a path.</summary>
    public LockClause? Returns { get; init; }

    /// <summary>The method that does the same for callers that hold the lock already.</summary>
    public string? LockedVariant { get; init; }

    /// <summary>The reason for not analysing the body; null where it is analysed.</summary>
    public string? Waiver { get; init; }

    public bool MaySleep { get; init; }

    /// <summary>The condition on the arguments under which it does not sleep after all, such as a time limit of zero; null where there is none.</summary>
    public Term? SleepsUnless { get; init; }

    /// <summary>Where this is known of the arguments, an attempt to acquire waits until it succeeds.</summary>
    public Term? TriesForever { get; init; }

    public bool NoSleep { get; init; }

    public bool MustCheck { get; init; }

    /// <summary>Reading it, or calling it, tests for failure (true) or success (false); null where it is no test.</summary>
    public bool? TestsError { get; init; }

    public bool OnSuccess { get; init; }

    public bool RunsInPlace { get; init; }

    /// <summary>Keeps the delegates passed to it until what it returns is read.</summary>
    public bool RunsWhenRead { get; init; }

    /// <summary>Another thread runs the delegates passed to it; what it returns, or creates, has ended when they have.</summary>
    public bool RunsApart { get; init; }

    /// <summary>Changes neither its receiver nor its arguments.</summary>
    public bool ReadsOnly { get; init; }

    /// <summary>It may acquire some of the locks that it is given; which, its result tells only at run time.</summary>
    public bool AcquiresSome { get; init; }

    /// <summary>What it returns is the same for the same object and arguments, always.</summary>
    public bool Computes { get; init; }

    /// <summary>The condition that it answers, where it <see cref="Computes"/> one that can be written.</summary>
    public Term? ComputedAs { get; init; }

    /// <summary>It compares two objects by identity.</summary>
    public bool TestsIdentity { get; init; }

    /// <summary>What it returns is a new object, which nobody else knows.</summary>
    public bool ReturnsNew { get; init; }

    /// <summary>The collection whose elements it has in its turn; null where it is none such.</summary>
    public LockClause? ElementsOf { get; init; }

    /// <summary>Of each of these elements, the member that it has; null for the element itself.</summary>
    public string? ElementPart { get; init; }

    /// <summary>A variable that is passed by reference gets a value only if it has none, where the parameter of this name is null; empty: always; null: nothing is said.</summary>
    public string? SetsFirst { get; init; }

    /// <summary>It changes what its receiver contains.</summary>
    public bool ChangesContents { get; init; }

    /// <summary>It keeps what it is given in its receiver.</summary>
    public bool Keeps { get; init; }

    /// <summary>It runs others' code in line unless its receiver's constructor was given this; null where it does not.</summary>
    public string? ContinuesUnless { get; init; }

    /// <summary>What is said beyond locks; null where nothing is.</summary>
    public ProtocolContract? Protocol { get; init; }

    public bool IsNone => ReferenceEquals(this, None);

    /// <summary>Whether a call changes what is held.</summary>
    public bool ChangesLocks =>
        !(Acquires.IsEmpty && TryAcquires.IsEmpty && Releases.IsEmpty && Drops.IsEmpty && Downgrades.IsEmpty && Upgrades.IsEmpty);

    /// <summary>Whether the member is guarded.</summary>
    public bool IsGuarded => !(GuardedBy.IsEmpty && GuardedByAny.IsEmpty);

    /// <summary>Whether anything is said about the locks around a call, so that nothing need be inferred.</summary>
    public bool SpeaksOfLocks => ChangesLocks || !(Requires.IsEmpty && Excludes.IsEmpty && Asserts.IsEmpty && Tests.IsEmpty);

    /// <summary>What code that uses the member has to do with locks and values with a contract for that alone.</summary>
    public Concern Concern =>
        IsNone ? Concern.None
        : SpeaksOfLocks || IsGuarded || NoSleep || MustCheck || OnSuccess || AcquiresSome || TestsError is not null || LockedVariant is not null || Waiver is not null
            || Protocol is not null || !TargetGuardedBy.IsEmpty ? Concern.Locks
        : MaySleep || RunsApart || ContinuesUnless is not null || !WaitsFor.IsEmpty ? Concern.Waits
        : Concern.None;

    /// <summary>
    /// Whether locks are all that is spoken of, and no result of the call decides about them: what else there is to say, of work left pending or of
    /// values owned, is then left to the code.
    /// </summary>
    public bool IsOfLocksOnly => Protocol is null && Waiver is null && Returns is null && TryAcquires.IsEmpty && Tests.IsEmpty && Drops.IsEmpty;

    /// <summary>What is said beyond the locks around a call and of a guarded member.</summary>
    public MemberContract WithoutLocks() => this with
    {
        Requires = ImmutableArray<LockClause>.Empty,
        Acquires = ImmutableArray<LockClause>.Empty,
        TryAcquires = ImmutableArray<LockClause>.Empty,
        Releases = ImmutableArray<LockClause>.Empty,
        Drops = ImmutableArray<LockClause>.Empty,
        Waits = ImmutableArray<LockClause>.Empty,
        Downgrades = ImmutableArray<LockClause>.Empty,
        Upgrades = ImmutableArray<LockClause>.Empty,
        Excludes = ImmutableArray<LockClause>.Empty,
        Asserts = ImmutableArray<LockClause>.Empty,
        Tests = ImmutableArray<LockClause>.Empty,
        GuardedBy = ImmutableArray<LockClause>.Empty,
        GuardedByAny = ImmutableArray<LockClause>.Empty,
        TargetGuardedBy = ImmutableArray<LockClause>.Empty,
    };
}
