using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Scopes that take their lock later, adopt one that is held, or release one for as long as they live.</summary>
public sealed class MovableScopeBehaviours
{
    [Fact]
    public Task DeferredAdoptedTakenAgain_CoverWhatTheyWereMadeOver() => LocksOnly.VerifyAsync(Flows.WithMembers("""
        [GuardedBy("_gate", "_other")] int _both;
        [GuardedBy("_spin")] int _sp;
        public void Deferred(bool c)
        {
            using var f = new Flexible(_gate, true);
            {|LCK1001:_n|}++;
            if (c)
            {
                f.Lock();
                _n++;
            }
        }
        public void DeferredTry()
        {
            using var f = new Flexible(_gate, true);
            if (f.TryLock())
                _n++;
            else
                {|LCK1001:_n|}++;
        }
        [ReleasesLock("_gate")]
        public void Adopt()
        {
            using var f = new Flexible(_gate, "");
            _n++;
        }
        public void AdoptOwn()
        {
            _gate.Enter();
            using var f = new Flexible(_gate, "");
            _n++;
        }
        public void AdoptTwice(bool c)
        {
            _gate.Enter();
            using (var f = new Flexible(_gate, ""))
            {
                if (c) f.Unlock();
            }
            {|LCK1001:_n|}++;
        }
        public void AdoptWithout()
        {
            using var f = new {|LCK1002:Flexible|}(_gate, "");
        }
        public void TryGet()
        {
            using var f = Flexible.Try(_gate);
            if (f is null) { {|LCK1001:_n|}++; return; }
            _n++;
            f.Unlock();
            {|LCK1001:_n|}++;
            f.Lock();
            _n++;
        }
        public void TwoLocks()
        {
            using var t = new Two(_gate, _other);
            _both++;
            t.Unlock();
            {|LCK1001:{|LCK1001:_both|}|}++;
            t.Lock();
            _both++;
        }
        public void TwoAgain()
        {
            using var t = new Two(_gate, _other);
            t.{|LCK1006:{|LCK1006:Lock|}|}();
        }
        """) + """

        [ScopedLock]
        public sealed class Flexible : IDisposable
        {
            [AcquiresLock("gate")] public Flexible(Gate gate) { }
            public Flexible(Gate gate, bool defer) { }
            [RequiresLock("gate")] public Flexible(Gate gate, string adopt) { }
            [TryAcquiresLock("gate")] public static Flexible? Try(Gate gate) => null;
            [AcquiresLock] public void Lock() { }
            [ReleasesLock] public void Unlock() { }
            [TryAcquiresLock] public bool TryLock() => true;
            [ReleasesLock] public void Dispose() { }
        }
        [ScopedLock]
        public sealed class Two : IDisposable
        {
            [AcquiresLock("a", "b")] public Two(Gate a, Gate b) { }
            [AcquiresLock] public void Lock() { }
            [ReleasesLock] public void Unlock() { }
            public void Dispose() { }
        }
        """);

    [Fact]
    public Task InvertedScope_ReleasesForAsLongAsItLives() => LocksOnly.VerifyAsync(Flows.WithMembers("""
        public void Right()
        {
            _gate.Enter();
            using (Dropped.Of(_gate))
            {
                {|LCK1001:_n|}++;
            }
            _n++;
            _gate.Exit();
        }
        public void RightShared()
        {
            _rw.EnterRead();
            using (Dropped.Of(_rw))
            {
                _ = {|LCK1001:_m|};
            }
            _ = _m;
            {|LCK1003:_m|}++;
            _rw.ExitRead();
        }
        public void Wrong()
        {
            using (Dropped.{|LCK1005:Of|}(_gate)) { }
        }
        public void Wrong2()
        {
            using var g = _gate.Open();
            using (Dropped.Of(_gate)) { {|LCK1001:_n|}++; }
            _n++;
        }
        [RequiresLock("_gate")]
        public void Contract()
        {
            _n++;
            using (Dropped.Of(_gate)) { {|LCK1001:_n|}++; }
            _n++;
        }
        """) + """

        [ScopedLock]
        public readonly struct Dropped : IDisposable
        {
            readonly Gate _g;
            private Dropped(Gate g) { _g = g; }
            [ReleasesLock("gate")] public static Dropped Of(Gate gate) { gate.Exit(); return new Dropped(gate); }
            [ReleasesLock("gate")] public static Dropped Of(Shared gate) { return default; }
            [AcquiresLock] public void Dispose() => _g.Enter();
        }
        """);

    [Fact]
    public Task ScopePassedByReference_IsTheCalleesAffair() => LocksOnly.VerifyMembersAsync("""
        [ReleasesLock("scope")] static void Finish(ref Scope scope) => scope.Dispose();
        private static void End(ref Scope? scope) { scope?.Dispose(); scope = null; }
        public void Stated()
        {
            var s = _gate.Open();
            _n++;
            Finish(ref s);
            {|LCK1001:_n|}++;
        }
        public void Unstated()
        {
            Scope? s = _gate.Open();
            _n++;
            End(ref s);
        }
        """);
}
