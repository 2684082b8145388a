namespace LockDiscipline.Tests.Rules;

/// <summary>LCK1009: nobody looks whether an attempt to acquire succeeded. Every spelling of an attempt that is looked at stays silent.</summary>
public sealed class LCK1009Tests
{
    [Fact]
    public Task Dropped_Found() => Flows.VerifyMembersAsync("""
        void M()
        {
            _gate.{|#0:TryEnter|}();
            _n++;
            _gate.Exit();
        }
        """, Flows.Finding("LCK1009", 0).WithArguments("_gate"));

    [Fact]
    public Task DroppedInEverySpelling_Found() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            readonly ReaderWriterLockSlim _rw = new();
            readonly object _sync = new();
            readonly Lock _lock = new();
            readonly Gate _gate = new();
            void A() { Monitor.{|LCK1009:TryEnter|}(_sync); Monitor.Exit(_sync); }
            void B() { Monitor.{|LCK1009:TryEnter|}(_sync, 10); Monitor.Exit(_sync); }
            void D() { _sem.{|LCK1009:Wait|}(0); _sem.Release(); }
            void E() { _rw.{|LCK1009:TryEnterReadLock|}(0); _rw.ExitReadLock(); }
            void F() { _lock.{|LCK1009:TryEnter|}(); _lock.Exit(); }
            async Task G() { await _sem.{|LCK1009:WaitAsync|}(0); _sem.Release(); }
            async Task H() { await _sem.{|LCK1009:WaitAsync|}(0).ConfigureAwait(false); _sem.Release(); }
            void I() => _gate.{|LCK1009:TryEnter|}();
            Action J() => () => _gate.{|LCK1009:TryEnter|}();
            void K() { _ = _gate.{|LCK1009:TryEnter|}(); _gate.Exit(); }
            void L() { for (_gate.{|LCK1009:TryEnter|}(); ;) { _gate.Exit(); return; } }
        }
        """);

    [Fact]
    public Task Tested_Silent() => Flows.VerifyMembersAsync("""
        void If() { if (_gate.TryEnter()) { _n++; _gate.Exit(); } }
        void EarlyExit() { if (!_gate.TryEnter()) return; _n++; _gate.Exit(); }
        void Stored() { bool got = _gate.TryEnter(); if (got) { _n++; _gate.Exit(); } }
        void StoredLater() { var got = _gate.TryEnter(); Work(); for (int i = 0; i < 3; i++) Work(); if (!got) return; _n++; _gate.Exit(); }
        void Negated() { bool failed = !_gate.TryEnter(); if (failed) return; _n++; _gate.Exit(); }
        void Copied() { var a = _gate.TryEnter(); var b = a; if (b) { _n++; _gate.Exit(); } }
        void Compared() { if (_gate.TryEnter() == true) { _n++; _gate.Exit(); } }
        void NotEqual() { if (_gate.TryEnter() != true) return; _n++; _gate.Exit(); }
        void IsTrue() { if (_gate.TryEnter() is true) { _n++; _gate.Exit(); } }
        void IsNotTrue() { if (_gate.TryEnter() is not true) return; _n++; _gate.Exit(); }
        void AndAfter(bool c) { if (c && _gate.TryEnter()) { _n++; _gate.Exit(); } }
        void Or(bool c) { if (c || !_gate.TryEnter()) return; _n++; _gate.Exit(); }
        void While() { while (!_gate.TryEnter()) Work(); _n++; _gate.Exit(); }
        void WhileBody(bool c) { while (c && _gate.TryEnter()) { _n++; _gate.Exit(); } }
        void DoWhile() { bool got; do { got = _gate.TryEnter(); } while (!got); _n++; _gate.Exit(); }
        int Conditional() => _gate.TryEnter() ? Leave() : 0;
        int Leave() { _gate.Exit(); return 1; }
        void Switched() { switch (_gate.TryEnter()) { case true: _n++; _gate.Exit(); break; case false: break; } }
        int SwitchExpression() => _gate.TryEnter() switch { true => Leave(), false => 0 };
        void Pattern() { if (_gate.TryEnter() is var got && got) { _n++; _gate.Exit(); } }
        void Finally() { bool got = false; try { got = _gate.TryEnter(); if (got) _n++; } finally { if (got) _gate.Exit(); } }
        void Goto() { if (!_gate.TryEnter()) goto end; _n++; _gate.Exit(); end: ; }
        [TryAcquiresLock("_gate")] bool Forwarded() => _gate.TryEnter();
        [TryAcquiresLock("_gate")] bool ForwardedStored() { var got = _gate.TryEnter(); return got; }
        [TryAcquiresLock("_gate", Result = false)] bool Failed() => !_gate.TryEnter();
        """);

    [Fact]
    public Task CombinedWithAnotherCondition_LeaksWhereTheOtherFails() => Flows.VerifyMembersAsync("""
        void M(bool c)
        {
            if (_gate.{|LCK1004:TryEnter|}() && c)
            {
                _n++;
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task WrongBranch_IsNotHeld() => Flows.VerifyMembersAsync("""
        void M()
        {
            if (!_gate.TryEnter())
            {
                {|LCK1001:_n|}++;
                return;
            }
            _gate.Exit();
        }
        """);

    [Fact]
    public Task LockTakenByReference_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            readonly Lock _lock = new();
            SpinLock _spin = new(false);
            void A() { bool taken = false; Monitor.TryEnter(_sync, ref taken); if (taken) Monitor.Exit(_sync); }
            void B()
            {
                bool taken = false;
                try { Monitor.TryEnter(_sync, 100, ref taken); if (!taken) return; }
                finally { if (taken) Monitor.Exit(_sync); }
            }
            void D() { var taken = false; _spin.TryEnter(ref taken); if (!taken) return; _spin.Exit(); }
            void E() { var taken = false; _spin.TryEnter(10, ref taken); while (taken) { _spin.Exit(); taken = false; } }
        }
        """);

    [Fact]
    public Task ReferenceReturning_NonNullMeansHeld() => Flows.VerifyAsync("""
        class Token { }
        class C
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;
            [TryAcquiresLock("_gate")] Token TryTake() => null;
            void Dropped() { {|LCK1009:TryTake|}(); _gate.Exit(); }
            void IsPattern() { if (TryTake() is { } token) { _n++; _gate.Exit(); } }
            void IsType() { if (TryTake() is Token token) { _n++; _gate.Exit(); } }
            void IsNull() { if (TryTake() is null) return; _n++; _gate.Exit(); }
            void IsNotPattern() { if (TryTake() is not { } token) return; _n++; _gate.Exit(); }
            void EqualsNull() { var token = TryTake(); if (token == null) return; _n++; _gate.Exit(); }
            void NotNull() { var token = TryTake(); if (token != null) { _n++; _gate.Exit(); } }
            void While() { Token token; while ((token = TryTake()) == null) { } _n++; _gate.Exit(); }
        }
        """);

    [Fact]
    public Task FalseMeansHeld_PolarityIsRead() => Flows.VerifyMembersAsync("""
        [TryAcquiresLock("_gate", Result = false)] static bool Fails(Gate _gate) => true;
        void Right() { if (Fails(_gate)) return; _n++; _gate.Exit(); }
        void Wrong() { if (Fails(_gate)) {|LCK1001:_n|}++; else _gate.Exit(); }
        void Dropped() { {|LCK1009:Fails|}(_gate); _gate.Exit(); }
        """);

    [Fact]
    public Task SeveralLocksByOneAttempt_HeldTogether() => Flows.VerifyMembersAsync("""
        [TryAcquiresLock("_gate", "_other")]
        bool TryBoth()
        {
            if (!_gate.TryEnter())
                return false;
            if (_other.TryEnter())
                return true;
            _gate.Exit();
            return false;
        }
        void M()
        {
            if (!TryBoth())
                return;
            _n++;
            _other.Exit();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task StaleResult_IsNoProof() => Flows.VerifyMembersAsync("""
        void Right()
        {
            bool a = _gate.TryEnter();
            if (a)
            {
                _gate.Exit();
                a = _gate.TryEnter();
            }
            if (a)
                _gate.Exit();
        }
        void Wrong()
        {
            bool a = _gate.TryEnter();
            if (a)
                _gate.Exit();
            if (a)
                _gate.{|LCK1005:Exit|}();
        }
        """);

    [Fact]
    public Task ThroughHelpers_TheResultIsFollowed() => Flows.VerifyMembersAsync("""
        private bool Try() => _gate.TryEnter();
        private bool TryHarder() { for (int i = 0; i < 3; i++) if (Try()) return true; return false; }
        public void M()
        {
            if (!TryHarder())
                return;
            _n++;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task BackOffLadder_Silent() => Flows.VerifyMembersAsync("""
        void M()
        {
            while (true)
            {
                _gate.Enter();
                if (_other.TryEnter())
                    break;
                _gate.Exit();
                Work();
            }
            _n++;
            _other.Exit();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task AwaitedAttempts_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            async Task A() { if (await _sem.WaitAsync(0)) { _sem.Release(); } }
            async Task B() { if (!await _sem.WaitAsync(0).ConfigureAwait(false)) return; try { await Task.Yield(); } finally { _sem.Release(); } }
            async Task D() { var got = await _sem.WaitAsync(TimeSpan.Zero); if (got) _sem.Release(); }
            async Task E(CancellationToken cancel) { while (!await _sem.WaitAsync(10, cancel)) { } _sem.Release(); }
            void F() { if (_sem.Wait(0)) _sem.Release(); }
            void G() { if (!_sem.Wait(TimeSpan.FromSeconds(1))) throw new TimeoutException(); _sem.Release(); }
        }
        """);

    [Fact]
    public Task CountingSemaphore_IsNoLock() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _slots = new(4, 8);
            void M() { _slots.Wait(0); }
        }
        """);

    /// <summary>Without a limit it is no attempt: it comes back with the lock or not at all.</summary>
    [Fact]
    public Task WithoutLimit_IsAnAcquire() => Flows.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            readonly ReaderWriterLockSlim _rw = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            readonly Mutex _mutex = new();
            readonly Lock _lock = new();
            int _n;
            void A() { _rw.TryEnterReadLock(-1); try { _n++; } finally { _rw.ExitReadLock(); } }
            void B() { _rw.TryEnterWriteLock(Timeout.InfiniteTimeSpan); _n++; _rw.ExitWriteLock(); }
            void D() { Monitor.TryEnter(_sync, Timeout.Infinite); _n++; Monitor.Exit(_sync); }
            void E() { _sem.Wait(-1); _n++; _sem.Release(); }
            void F() { _mutex.WaitOne(-1); _n++; _mutex.ReleaseMutex(); }
            void G() { _lock.TryEnter(-1); _n++; _lock.Exit(); }
            void H() { const int forever = -1; if (_sem.Wait(forever)) { _n++; _sem.Release(); } }
            void Limited() { _rw.{|LCK1009:TryEnterReadLock|}(5000); _n++; _rw.ExitReadLock(); }
            void Forgotten() { _rw.{|LCK1004:TryEnterWriteLock|}(-1); _n++; }
            void Again() { _sem.Wait(); _sem.{|LCK1006:Wait|}(-1); _n++; _sem.Release(); }
        }
        """);
}
