namespace LockDiscipline.Tests.Rules;

/// <summary>LCK9005: analysis switched off without a reason, or without need.</summary>
public sealed class LCK9005Tests
{
    static Task VerifyAsync(string members) => Flows.VerifyMembersAsync(members);

    [Fact]
    public Task EmptyReason_Found() => VerifyAsync("""
        [{|LCK9005:NoLockAnalysis("")|}] public int A() => _n;
        [{|LCK9005:NoLockAnalysis("  ")|}] public int B => _n;
        [{|LCK9005:NoLockAnalysis(null)|}] public void D() { _n = 1; }
        [{|LCK9005:NoLockAnalysis("")|}] class Inner { }
        """);

    [Fact]
    public Task NothingFound_Found() => VerifyAsync("""
        [{|LCK9005:NoLockAnalysis("was racy once")|}] public int A() { _gate.Enter(); int n = _n; _gate.Exit(); return n; }
        [{|LCK9005:NoLockAnalysis("no lock at all")|}] public int B() => 3;
        [{|LCK9005:NoLockAnalysis("no lock at all")|}] public int Property { get => 0; set { _gate.Enter(); _n = value; _gate.Exit(); } }
        """);

    [Fact]
    public Task StillNeeded_Silent() => VerifyAsync("""
        [NoLockAnalysis("a stale value does no harm")] public int A() => _n;
        [NoLockAnalysis("a stale value does no harm")] public int B => _n;
        [NoLockAnalysis("released by Close")] public void Open() { _gate.Enter(); }
        [NoLockAnalysis("in a local function")] public int Local() { return Get(); int Get() => _n; }
        [NoLockAnalysis("one accessor of two")] public int Both { get { _gate.Enter(); int n = _n; _gate.Exit(); return n; } set { _n = value; } }
        [NoLockAnalysis("on the whole type")] class Inner { public int M() => 3; }
        """);

    [Fact]
    public Task CallersWouldBeConcerned_Silent() => VerifyAsync("""
        [NoLockAnalysis("the second caller is alone")] int Get() => _n;
        public int First() { _gate.Enter(); int n = Get(); _gate.Exit(); return n; }
        public int Second() => Get();
        """);
}
