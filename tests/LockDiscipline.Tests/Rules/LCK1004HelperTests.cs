namespace LockDiscipline.Tests.Rules;

/// <summary>Helpers that leave locks held or release them, and their callers.</summary>
public sealed class LCK1004HelperTests
{
    [Fact]
    public Task HelperLeavesItHeld_CallerMustRelease() => Flows.VerifyMembersAsync("""
        private void Take() => _gate.Enter();
        public void Right() { Take(); _n++; _gate.Exit(); }
        public void Wrong() { {|LCK1004:Take|}(); _n++; }
        public void Twice() { Take(); {|LCK1006:Take|}(); _gate.Exit(); }
        """);

    [Fact]
    public Task HelperWithoutCaller_IsALeakItself() => Flows.VerifyMembersAsync("""
        private void Take() => _gate.{|LCK1004:Enter|}();
        """);

    [Fact]
    public Task VisibleMethod_IsALeakItself() => Flows.VerifyMembersAsync("""
        public void Take() => _gate.{|LCK1004:Enter|}();
        protected void TakeToo() => _gate.{|LCK1004:Enter|}();
        public void M() { Take(); Work(); }
        """);

    [Fact]
    public Task HelperOnSuccessOnly_IsFollowedByItsResult() => Flows.VerifyMembersAsync("""
        private bool TryTake() { _gate.Enter(); if (_n > 3) { _gate.Exit(); return false; } return true; }
        private int Code() { if (Cond()) return -1; _gate.Enter(); return 0; }
        private void Out(out bool ok) { ok = Cond(); if (!ok) return; _gate.Enter(); ok = true; }
        public void A() { if (!TryTake()) return; _n++; _gate.Exit(); }
        public void B() { if (Code() != 0) return; _n++; _gate.Exit(); }
        public void C1() { int err = Code(); if (err == 0) { _n++; _gate.Exit(); } }
        public void D() { if ({|LCK1004:TryTake|}()) _n++; }
        public void E() { Out(out var ok); if (ok) _gate.Exit(); }
        """);

    /// <summary>One call that leaves two locks held is one acquire, and one finding.</summary>
    [Fact]
    public Task HelpersOfHelpers() => Flows.VerifyMembersAsync("""
        private void Inner() => _gate.Enter();
        private void Outer() { Inner(); _other.Enter(); }
        private void Undo() { _other.Exit(); _gate.Exit(); }
        public void Right() { Outer(); _n++; Undo(); }
        public void Wrong() { {|LCK1004:Outer|}(); }
        """);

    [Fact]
    public Task HelperReleasesInTheMiddle() => Flows.VerifyMembersAsync("""
        private void Pause() { _gate.Exit(); Work(); _gate.Enter(); }
        public void Right() { _gate.Enter(); _n++; Pause(); _n++; _gate.Exit(); }
        """);

    [Fact]
    public Task LocalFunctionsLockAndUnlock() => Flows.VerifyMembersAsync("""
        public void M(bool b)
        {
            Take();
            _n++;
            Drop();
            void Take() => _gate.Enter();
            void Drop() => _gate.Exit();
        }
        """);

    [Fact]
    public Task HelperOnAParametersLock() => Flows.VerifyAsync("""
        class Node { internal readonly Gate Gate = new(); [GuardedBy("Gate")] internal int X; }
        class P
        {
            static void Take(Node n) => n.Gate.Enter();
            static void Drop(Node n) => n.Gate.Exit();
            static void Both(Node a, Node b) { Take(a); Take(b); }
            public void Right(Node a, Node b) { Both(a, b); a.X = b.X; Drop(a); Drop(b); }
            public void Wrong(Node a, Node b) { {|LCK1004:Both|}(a, b); a.X = b.X; Drop(b); }
            public void Chosen(Node a, Node b, bool c)
            {
                var n = c ? a : b;
                Take(n);
                n.X = 1;
                Drop(n);
            }
        }
        """);

    [Fact]
    public Task HelperInAnotherClassAndStatics() => Flows.VerifyAsync("""
        static class Big
        {
            static readonly object s_gate = new();
            [GuardedBy("s_gate")] internal static int Count;
            internal static void Lock() => Monitor.Enter(s_gate);
            internal static void Unlock() => Monitor.Exit(s_gate);
        }
        class P
        {
            public void Right() { Big.Lock(); try { Big.Count++; } finally { Big.Unlock(); } }
            public void Wrong() { Big.{|LCK1004:Lock|}(); Big.Count++; }
            public void Free() => Big.{|LCK1001:Count|}++;
            public void Unheld() => Big.{|LCK1005:Unlock|}();
        }
        """);

    [Fact]
    public Task VirtualAndInterfaceHelpers_AreNotLookedInto() => Flows.VerifyAsync("""
        abstract class B
        {
            protected readonly Gate Gate = new();
            internal virtual void Take() => Gate.{|LCK1004:Enter|}();
        }
        """);

    [Fact]
    public Task RecursiveHelper_IsBalanced() => Flows.VerifyMembersAsync("""
        private void Walk(int i)
        {
            _gate.Enter();
            _n++;
            _gate.Exit();
            if (i > 0) Walk(i - 1);
        }
        public void M() => Walk(3);
        """);

    [Fact]
    public Task AsyncHelper_LeavesItHeld() => Flows.VerifyMembersAsync("""
        readonly SemaphoreSlim _sem = new(1, 1);
        [GuardedBy("_sem")] int _s;
        private async Task TakeAsync() => await _sem.WaitAsync();
        private Task PlainAsync() => _sem.WaitAsync();
        public async Task Right() { await TakeAsync(); try { _s++; } finally { _sem.Release(); } }
        public async Task RightToo() { await PlainAsync(); try { _s++; } finally { _sem.Release(); } }
        public async Task Wrong() { await {|LCK1004:TakeAsync|}(); _s++; }
        """);

    [Fact]
    public Task HelperReleasesAReentrantLockTwice_CountsTwice() => Flows.VerifyMembersAsync("""
        void Both() { Monitor.Exit(_sync); Monitor.Exit(_sync); }
        void One() => Monitor.Exit(_sync);
        void EachByItself() { One(); One(); }
        void Some(bool b) { if (b) Monitor.Exit(_sync); Monitor.Exit(_sync); }
        public void Right() { Monitor.Enter(_sync); Monitor.Enter(_sync); Both(); }
        public void RightToo() { Monitor.Enter(_sync); Monitor.Enter(_sync); EachByItself(); }
        public void Once() { Monitor.Enter(_sync); {|LCK1005:Both|}(); }
        public void OnceToo() { Monitor.Enter(_sync); {|LCK1005:EachByItself|}(); }
        public void Flag() { Monitor.Enter(_sync); Monitor.Enter(_sync); Some(true); }
        public void FlagLeft() { Monitor.{|LCK1004:Enter|}(_sync); Monitor.Enter(_sync); Some(false); }
        """);
}
