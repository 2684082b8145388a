using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks held by objects and statements that release them at their end.</summary>
public sealed class ScopeBehaviours
{
    /// <summary>A scope that can be deferred, released early, taken again, and one that undoes a hold for a while.</summary>
    const string Scopes = """

        [ScopedLock]
        public ref struct Guard
        {
            readonly Gate _gate;
            [AcquiresLock("gate")] public Guard(Gate gate) { _gate = gate; gate.Enter(); }
            [ReleasesLock] public void Unlock() { }
            [AcquiresLock] public void Lock() { }
            [TryAcquiresLock] public bool TryLock() => true;
            public void Dispose() { }
        }

        [ScopedLock]
        public sealed class TwoGates : IDisposable
        {
            [AcquiresLock("a", "b")] public TwoGates(Gate a, Gate b) { }
            public void Dispose() { }
        }

        [ScopedLock]
        public struct ReadScope : IDisposable
        {
            [AcquiresLock("rw", Shared = true)] public ReadScope(Shared rw) { }
            public void Dispose() { }
        }
        """;

    static Task Members(string members) => LocksOnly.VerifyAsync(Flows.WithMembers(members) + Scopes);

    [Fact]
    public Task SecondScopeOnTheSameLock_IsFound() => Members("""
        public void Wrong()
        {
            using var a = new Scope(_gate);
            using var b = new {|LCK1006:Scope|}(_gate);
        }
        public void WrongStruct()
        {
            using (var a = new Guard(_gate))
            using (new {|LCK1006:Guard|}(_gate))
                _n++;
        }
        public void Right()
        {
            using (new Scope(_gate))
                _n++;
            using (new Scope(_gate))
                _n++;
            using var b = new Guard(_other);
        }
        """);

    [Fact]
    public Task ReleasedEarly_NoLongerHeld() => Members("""
        public void Wrong()
        {
            using var a = new Guard(_gate);
            _n++;
            a.Unlock();
            {|LCK1001:_n|}++;
        }
        public void Right(bool c)
        {
            using var a = new Guard(_gate);
            if (c)
                a.Unlock();
        }
        public void RightAgain(bool c)
        {
            using var a = new Guard(_gate);
            a.Unlock();
            Work();
            a.Lock();
            _n++;
        }
        public void RightTry()
        {
            using var a = new Guard(_gate);
            a.Unlock();
            if (a.TryLock())
                _n++;
        }
        public void WrongTry()
        {
            using var a = new Guard(_gate);
            a.Unlock();
            if (!a.TryLock())
                {|LCK1001:_n|}++;
        }
        public void WrongTwice()
        {
            using var a = new Guard(_gate);
            a.Unlock();
            a.{|LCK1005:Unlock|}();
        }
        public void WrongLockTwice()
        {
            using var a = new Guard(_gate);
            a.{|LCK1006:Lock|}();
        }
        public void LoopRelease(int n)
        {
            using var a = new Guard(_gate);
            for (int i = 0; i < n; i++)
            {
                a.{|LCK1008:Unlock|}();
                Work();
            }
        }
        """);

    [Fact]
    public Task ScopeOfSeveralLocks_HoldsThemAll() => Members("""
        [GuardedBy("_gate", "_other")] int _both;
        public void Right()
        {
            using (new TwoGates(_gate, _other))
                _both++;
            {|LCK1001:{|LCK1001:_both|}|}++;
        }
        public void WrongOrder()
        {
            using var a = new Scope(_gate);
            using var b = new {|LCK1006:TwoGates|}(_other, _gate);
        }
        """);

    [Fact]
    public Task DifferentModesInTheArms_MayBeRead() => Members("""
        public int Right(bool c)
        {
            using var s = c ? new ReadScope(_rw) : new ReadScope(_rw);
            return _m;
        }
        public void Wrong()
        {
            using var s = new ReadScope(_rw);
            {|LCK1003:_m|}++;
        }
        """);

    [Fact]
    public Task ReturnedScope_IsHeldByTheCaller() => Members("""
        [AcquiresLock("_gate")] public Scope Lock() => new Scope(_gate);
        [AcquiresLock("_gate")] public Scope LockOpen() { var s = _gate.Open(); _n++; return s; }
        [AcquiresLock("_gate")] public Guard LockStruct() => new(_gate);
        Scope Inferred() => new Scope(_gate);
        IDisposable Boxed() => new Scope(_gate);
        public void Right()
        {
            using (Lock())
                _n++;
            using var s = LockOpen();
            _n++;
        }
        public void RightStruct()
        {
            using (var g = LockStruct())
                _n++;
            {|LCK1001:_n|}++;
        }
        public void RightInferred()
        {
            using var s = Inferred();
            _n++;
        }
        public void RightBoxed()
        {
            using var s = Boxed();
            _n++;
        }
        public void Wrong()
        {
            {|LCK1010:Lock|}();
        }
        """);

    [Fact]
    public Task DroppedScope_IsFound() => Members("""
        readonly Lock _lock = new();
        public void Wrong() { _gate.{|LCK1010:Open|}(); }
        public void WrongDiscard() { _ = _gate.{|LCK1010:Open|}(); }
        public void WrongNew() { new {|LCK1010:Scope|}(_gate); }
        public void WrongLock() { _lock.{|LCK1010:EnterScope|}(); }
        public void WrongLocal() { var s = _gate.{|LCK1010:Open|}(); }
        public void WrongLockLocal() { var s = _lock.{|LCK1010:EnterScope|}(); }
        public void RightLocal() { var s = _gate.Open(); s.Dispose(); }
        public void RightFinally() { var s = _lock.EnterScope(); try { Work(); } finally { s.Dispose(); } }
        public void RightConditional(bool c) { using var s = c ? _gate.Open() : null; }
        public void RightLater(bool c)
        {
            Scope? s = null;
            if (c)
                s = _gate.Open();
            Work();
            if (c)
                _n++;
            s?.Dispose();
        }
        public void WrongLater(bool c)
        {
            Scope? s = null;
            if (c)
                s = _gate.{|LCK1010:Open|}();
            Work();
            if (!c)
                s?.Dispose();
        }
        """);

    [Fact]
    public Task ScopePassedToACallee_IsReleasedByIt() => Members("""
        [ReleasesLock("guard")] static void Finish(ref Guard guard) => guard.Dispose();
        [RequiresLock("_gate")] void Inner(ref Guard guard) => _n++;
        private static void End(Scope scope) => scope.Dispose();
        public void Right()
        {
            var g = new Guard(_gate);
            Inner(ref g);
            _n++;
            g.Dispose();
        }
        public void RightHelper()
        {
            var s = _gate.Open();
            _n++;
            End(s);
        }
        """);

    [Fact]
    public Task ScopeStoredOrCaptured_IsTheOwnersAffair() => Members("""
        Scope? _held;
        readonly List<IDisposable> _scopes = new();
        public void Store() => _held = _gate.Open();
        public void StoreLater() { var s = _gate.Open(); _held = s; }
        public void AddTo() => _scopes.Add(_gate.Open());
        public IDisposable Return() => _gate.Open();
        public Action Capture() { var s = _gate.Open(); return () => s.Dispose(); }
        public void Free() { _held?.Dispose(); _held = null; }
        """);

    [Fact]
    public Task LockStatementOnAGetter_HoldsWhatItReturns() => Members("""
        [ReturnsLock("_sync")] object GetLock() => _sync;
        [ReturnsLock("c._sync")] static object LockOf(C c) => c._sync;
        object Sync => _sync;
        public void Right(C other)
        {
            lock (GetLock()) _k++;
            lock (Sync) _k++;
            lock (other.Sync) other._k++;
            lock (LockOf(other)) other._k++;
        }
        public void Wrong(C other)
        {
            lock (other.GetLock()) {|LCK1001:_k|}++;
            lock (LockOf(this)) other.{|LCK1001:_k|}++;
        }
        """);

    [Fact]
    public Task StackedUsings_ReleaseInReverse() => Members("""
        public void Right()
        {
            using (_gate.Open())
            using (_other.Open())
                _n++;
            using Scope a = _gate.Open(), b = _other.Open();
            _n++;
        }
        public void Order()
        {
            using var a = _gate.Open();
            using var b = _other.Open();
            a.Dispose();
            {|LCK1001:_n|}++;
        }
        public async Task Async()
        {
            await using var s = new AsyncScope(_gate);
            _n++;
        }
        [ScopedLock] sealed class AsyncScope : IAsyncDisposable
        {
            [AcquiresLock("gate")] public AsyncScope(Gate gate) { }
            public ValueTask DisposeAsync() => default;
        }
        """);

    /// <summary>A helper that takes the lock and returns the object that gives it back, all without a contract.</summary>
    [Fact]
    public Task DisposableOfAHelper_ReleasesAtTheEndOfItsUsing() => LocksOnly.VerifyAsync("""
        static class Extensions
        {
            public static IDisposable Read(this ReaderWriterLockSlim rw)
            {
                rw.EnterReadLock();
                return new Reader(rw);
            }
            public static IDisposable? TryRead(this ReaderWriterLockSlim rw) => rw.TryEnterReadLock(0) ? new Reader(rw) : null;
            sealed class Reader(ReaderWriterLockSlim rw) : IDisposable { public void Dispose() => rw.ExitReadLock(); }
        }
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] int _n;
            int Statement() { using (_rw.Read()) return _n; }
            int Declaration() { using var reading = _rw.Read(); return _n; }
            int ByHand() { var reading = _rw.Read(); try { return _n; } finally { reading.Dispose(); } }
            int Attempt() { using var reading = _rw.TryRead(); return reading is null ? 0 : _n; }
            int Wrong() { _rw.{|LCK1010:Read|}(); return _n; }
            int WrongBehind() { using (_rw.Read()) { } return {|LCK1001:_n|}; }
        }
        """);
}
