using FsCheck.Fluent;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;

namespace LockDiscipline.Tests.Flow;

/// <summary>Acquiring and releasing, as functions of the state.</summary>
public sealed class LockEffectsTests
{
    static readonly FsCheck.Gen<(PathState State, Term Lock, LockMode Mode, LockTraits Traits)> s_acquire =
        from state in Generators.State
        from path in Generators.Lock
        from mode in Generators.Mode
        from traits in Generators.Traits
        select (state, path, mode, traits);

    static Hold Acquired(Term path, LockMode mode, LockTraits traits) =>
        new(path, mode, 1, HoldSource.Acquired, Certainty.Definite, Generators.Sites[2], null, "lock", traits);

    [Fact]
    public void AcquireThenRelease_IsTheStateBefore() => Law.Holds(s_acquire, t =>
    {
        var held = LockEffects.Acquire(t.State, Acquired(t.Lock, t.Mode, t.Traits));
        var hold = LockEffects.Released(held, t.Lock, t.Mode, null);
        return hold is not null && LockEffects.Release(held, hold, Generators.Sites[0]).Equals(t.State);
    });

    [Fact]
    public void Acquired_IsHeldInThatMode() => Law.Holds(s_acquire, t =>
        LockEffects.Acquire(t.State, Acquired(t.Lock, t.Mode, t.Traits)) is var held && held.Holds(t.Lock, t.Mode) && held.Find(t.Lock, t.Mode)!.Mode == t.Mode);

    [Fact]
    public void OtherLocks_AreLeftAlone() => Law.Holds(s_acquire, t =>
    {
        var held = LockEffects.Acquire(t.State, Acquired(t.Lock, t.Mode, t.Traits));
        return t.State.Locks.Where(h => !h.Lock.Equals(t.Lock)).SequenceEqual(held.Locks.Where(h => !h.Lock.Equals(t.Lock)));
    });

    [Fact]
    public void FreeLock_IsNoConflict() => Law.Holds(s_acquire, t =>
        t.State.Find(t.Lock) is not null || LockEffects.Conflict(t.State, t.Lock, t.Mode, t.Traits, Generators.Sites[2]) is null);

    [Theory]
    // Not reentrant: excluded, but under the upgradeable mode.
    [InlineData(false, "Exclusive", "Exclusive", true)]
    [InlineData(false, "Exclusive", "Shared", true)]
    [InlineData(false, "Exclusive", "Upgradeable", true)]
    [InlineData(false, "Shared", "Exclusive", true)]
    [InlineData(false, "Shared", "Shared", true)]
    [InlineData(false, "Shared", "Upgradeable", true)]
    [InlineData(false, "Upgradeable", "Exclusive", false)]
    [InlineData(false, "Upgradeable", "Shared", false)]
    [InlineData(false, "Upgradeable", "Upgradeable", true)]
    // Reentrant: only the step from shared to exclusive waits for itself.
    [InlineData(true, "Exclusive", "Exclusive", false)]
    [InlineData(true, "Exclusive", "Shared", false)]
    [InlineData(true, "Shared", "Shared", false)]
    [InlineData(true, "Shared", "Exclusive", true)]
    [InlineData(true, "Upgradeable", "Exclusive", false)]
    // Not known: the benefit of the doubt.
    [InlineData(null, "Exclusive", "Exclusive", false)]
    [InlineData(null, "Shared", "Exclusive", false)]
    public void ModesThatExcludeEachOther(bool? reentrant, string held, string wanted, bool conflicts)
    {
        var traits = new LockTraits("lock", false, reentrant, true);
        var path = Generators.Variables[0];
        var state = LockEffects.Acquire(PathState.Entry, Acquired(path, Enum.Parse<LockMode>(held), traits));
        var conflict = LockEffects.Conflict(state, path, Enum.Parse<LockMode>(wanted), traits, Generators.Sites[0]);
        Assert.Equal(conflicts, conflict is not null);
    }

    [Fact]
    public void Depth_CountsUpAndDown()
    {
        var traits = new LockTraits("monitor", false, true, true);
        var path = Generators.Variables[0];
        var states = new List<PathState> { PathState.Entry };
        for (int i = 0; i < Hold.MaxDepth; i++)
            states.Add(LockEffects.Acquire(states[^1], Acquired(path, LockMode.Exclusive, traits)));
        Assert.Equal(Hold.MaxDepth, Assert.Single(states[^1].Locks).Depth);
        for (int i = Hold.MaxDepth; i > 0; i--)
            Assert.Equal(states[i - 1], LockEffects.Release(states[i], Assert.Single(states[i].Locks), Generators.Sites[0]));
    }

    // Deeper than that nobody counts, and so nobody can say what is wrong.
    [Fact]
    public void DepthBeyondTheBound_IsSaidNothingOf()
    {
        var traits = new LockTraits("monitor", false, true, true);
        var path = Generators.Variables[0];
        var state = PathState.Entry;
        for (int i = 0; i <= Hold.MaxDepth; i++)
            state = LockEffects.Acquire(state, Acquired(path, LockMode.Exclusive, traits));
        Assert.Equal(Certainty.Reported, Assert.Single(state.Locks).Certainty);
        Assert.Equal(state, LockEffects.Acquire(state, Acquired(path, LockMode.Exclusive, traits)));
    }

    [Fact]
    public void DroppedAndTakenAgain_IsTheCallersHold()
    {
        var path = Generators.Variables[0];
        var dropped = PathState.Entry with { Owed = [new Owed(path, LockMode.Exclusive, "gate")] };
        var state = LockEffects.Acquire(dropped, Acquired(path, LockMode.Exclusive, LockTraits.Unknown));
        Assert.Empty(state.Owed);
        Assert.Equal(HoldSource.Caller, Assert.Single(state.Locks).Source);
    }

    [Fact]
    public void ReportedLock_StaysReported()
    {
        var path = Generators.Variables[0];
        var state = LockEffects.Acquire(PathState.Entry, Acquired(path, LockMode.Exclusive, LockTraits.Unknown));
        state = state.MarkReported(Assert.Single(state.Locks));
        Assert.True(state.IsReported(path));
        Assert.Same(state, LockEffects.Acquire(state, Acquired(path, LockMode.Exclusive, LockTraits.Unknown)));
        Assert.Same(state, LockEffects.Release(state, Assert.Single(state.Locks), Generators.Sites[0]));
    }
}
