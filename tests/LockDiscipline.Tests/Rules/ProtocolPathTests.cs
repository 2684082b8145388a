namespace LockDiscipline.Tests.Rules;

/// <summary>Pending work and sequences on every kind of path: through helpers, flags, loops, lambdas (LCK5001 to LCK5003).</summary>
public sealed class ProtocolPathTests
{
    const string Mmu = """
        public class Mmu
        {
            [RequiresSettled("flush")] public readonly Spin Lock = new();
            public readonly Spin Plain = new();
            [LeavesPending("flush", WhenReturns = true)] public bool Zap(int gfn) => true;
            [LeavesPending("flush", WhenReturns = true)] public bool ZapMore([TakesPending("flush")] bool flush) => flush;
            [LeavesPending("flush")] public void ZapAll() { }
            [Settles("flush")] public void Flush() { }
            [RequiresSettled("flush")] public void FreePage() { }
            [RequiresLock("Lock"), ReleasesTemporarily("Lock")] public void Yield() { }
            [RequiresLock("Lock"), ReleasesTemporarily("Lock")] public bool YieldFlush([TakesPending("flush")] bool flush) => true;
            [RequiresLock("Lock"), ReleasesTemporarily("Lock"), Settles("flush")] public void YieldSettle() { }
            public static bool Cond() => true;
        """;

    static Task VerifyAsync(string members) => Flows.VerifyAsync(Mmu + members + "}");

    [Fact]
    public Task PendingWork_FollowedOnEveryPath() => VerifyAsync("""
        public void Y1(int n) { bool f = false; Lock.Enter(); for (int i = 0; i < n; i++) { f |= Zap(i); if (Cond()) { if (f) { Flush(); f = false; } Yield(); } } if (f) Flush(); Lock.Exit(); }
        public void Y2(int n) { bool f = false; Lock.Enter(); for (int i = 0; i < n; i++) { f |= Zap(i); if (Cond()) {|LCK5003:Yield|}(); } if (f) Flush(); Lock.Exit(); }
        public void Y3(int n) { bool f = false; Lock.Enter(); for (int i = 0; i < n; i++) { f |= Zap(i); if (YieldFlush(f)) f = false; } if (f) Flush(); Lock.Exit(); }
        public void Y4(int n) { bool f = false; Lock.Enter(); for (int i = 0; i < n; i++) { f |= Zap(i); if (Cond()) { YieldSettle(); f = false; } } if (f) Flush(); Lock.Exit(); }
        private void DropRetake() { Lock.Exit(); Cond(); Lock.Enter(); }
        private void FlushDropRetake(bool f) { if (f) Flush(); Lock.Exit(); Cond(); Lock.Enter(); }
        public void Y5(int n) { bool f = false; Lock.Enter(); f |= Zap(1); {|LCK5003:DropRetake|}(); if (f) Flush(); Lock.Exit(); }
        public void Y6(int n) { bool f = false; Lock.Enter(); f |= Zap(1); FlushDropRetake(f); Lock.Exit(); }
        private void Unlock() { Lock.Exit(); }
        private void FlushUnlock(bool f) { if (f) Flush(); Lock.Exit(); }
        public void Y7(int n) { bool f = false; Lock.Enter(); f |= Zap(1); FlushUnlock(f); }
        public void Y8(int n) { Lock.Enter(); bool f = Zap(1); {|LCK5003:Unlock|}(); if (f) Flush(); }
        public void L1(List<int> l) { bool f = false; l.ForEach(i => f |= Zap(i)); if (f) Flush(); FreePage(); }
        public void L2() { bool f = Zap(1); Run(() => { if (f) Flush(); }); FreePage(); }
        static void Run(Action a) => a();
        public void T1() { bool f = false; try { f = Zap(1); if (Cond()) return; f |= Zap(2); } finally { if (f) Flush(); } }
        public void T2() { bool f = false; try { f = Zap(1); throw new Exception(); } catch { } if (f) Flush(); }
        public void S1() { bool f = Zap(1) switch { true => true, _ => false }; if (f) Flush(); }
        public void S2() { switch (Zap(1)) { case true: Flush(); break; case false: break; } }
        public void O1(out bool f) { f = {|LCK5003:Zap|}(1); }
        private void Out(out bool f) { f = Zap(1); }
        public void O2() { Out(out bool f); if (f) Flush(); FreePage(); }
        private void RefMerge(ref bool f) { f |= Zap(1); }
        public void O3(int n) { bool f = false; for (int i = 0; i < n; i++) RefMerge(ref f); if (f) Flush(); FreePage(); }
        private bool Thread(bool f, int i) { return Zap(i) || f; }
        private bool Thread2(bool f, int i) { f |= Zap(i); return f; }
        public void O4(int n) { bool f = false; for (int i = 0; i < n; i++) f = Thread(f, i); if (f) Flush(); FreePage(); }
        public void O5(int n) { bool f = false; for (int i = 0; i < n; i++) f = Thread2(f, i); if (f) Flush(); FreePage(); }
        public void O6(int n) { bool f = false; for (int i = 0; i < n; i++) f = Thread2(f, i) | f; if (f) Flush(); FreePage(); }
        public void N2() { int c = 0; if (Zap(1)) c = 1; if (c != 0) Flush(); }
        public async Task A1() { bool f = Zap(1); await Task.Yield(); if (f) Flush(); }
        bool field; public void Fi() { field = Zap(1); if (field) Flush(); field = false; }
        public void Fm(int n) { field = false; for (int i = 0; i < n; i++) field |= Zap(i); if (field) Flush(); FreePage(); }
        public void D1(int n) { bool f = false; do { f = Zap(n) || f; } while (--n > 0); if (f) Flush(); }
        public void W1(int n) { while (n-- > 0) if (Zap(n)) Flush(); FreePage(); }
        public void B1(int n) { bool f = false; for (int i = 0; i < n; i++) { if (Cond()) continue; if (Cond()) break; f |= Zap(i); } if (f) Flush(); FreePage(); }
        public bool Ret() => {|LCK5003:Zap|}(1);
        private bool RetP() => {|LCK5003:Zap|}(1);
        public void Early(bool c) { bool f = Zap(1); if (!f) return; if (c) { Flush(); return; } Flush(); }
        public void Both() { bool a = Zap(1), b = Zap(2); if (a || b) Flush(); FreePage(); }
        public void Both2() { bool a = Zap(1), b = Zap(2); if (a) Flush(); else if (b) Flush(); FreePage(); }
        public void Both3() { bool a = Zap(1), b = Zap(2); if (a) Flush(); {|LCK5003:FreePage|}(); }
        public void Not() { bool clean = !Zap(1) && !Zap(2); if (!clean) Flush(); FreePage(); }
        """);

    [Fact]
    public Task Sequence_FollowedOnEveryPath() => Lifetimes.VerifyAsync("""
        void Right(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (mm.IsStale(s)) { mm.MmuLock.Exit(); return; } mm.Map(p); mm.MmuLock.Exit(); }
        void Neg(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (!mm.IsStale(s)) mm.Map(p); mm.MmuLock.Exit(); }
        void Var(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); bool stale = mm.IsStale(s); if (!stale) mm.Map(p); mm.MmuLock.Exit(); }
        void Retry(ulong g) { retry: int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (mm.IsStale(s)) { mm.MmuLock.Exit(); goto retry; } mm.Map(p); mm.MmuLock.Exit(); }
        void Skip(ulong g, bool mmio) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (!mmio && mm.IsStale(s)) { mm.MmuLock.Exit(); return; } mm.{|LCK5001:Map|}(p); mm.MmuLock.Exit(); }
        void Dropped(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (mm.IsStale(s)) { mm.MmuLock.Exit(); return; } mm.MmuLock.Exit(); mm.MmuLock.Enter(); mm.{|LCK5001:Map|}(p); mm.MmuLock.Exit(); }
        void DropHelper(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (mm.IsStale(s)) { mm.MmuLock.Exit(); return; } Re(); mm.{|LCK5001:Map|}(p); mm.MmuLock.Exit(); }
        private void Re() { mm.MmuLock.Exit(); mm.MmuLock.Enter(); }
        void NoLock(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); if (mm.IsStale(s)) return; mm.MmuLock.Enter(); mm.{|LCK5001:Map|}(p); mm.MmuLock.Exit(); }
        void Late(ulong g) { int p = mm.{|LCK5002:GetPfn|}(g); int s = mm.Sequence; mm.MmuLock.Enter(); if (!mm.IsStale(s)) mm.Map(p); mm.MmuLock.Exit(); }
        void Wrong(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (mm.IsStale(s)) mm.{|LCK5001:Map|}(p); mm.MmuLock.Exit(); }
        private bool Stale(int s) => mm.IsStale(s);
        void Helper(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (!Stale(s)) mm.Map(p); mm.MmuLock.Exit(); }
        private void MapIt(int p) => mm.Map(p);
        void Helper2(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (!mm.IsStale(s)) MapIt(p); mm.MmuLock.Exit(); }
        void Helper3(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); {|LCK5001:MapIt|}(p); mm.MmuLock.Exit(); }
        private int Fault(ulong g) => mm.GetPfn(g);
        void Helper4(ulong g) { int p = {|LCK5002:Fault|}(g); int s = mm.Sequence; mm.MmuLock.Enter(); if (!mm.IsStale(s)) mm.Map(p); mm.MmuLock.Exit(); }
        void Two(ulong g) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (!mm.IsStale(s)) { mm.Map(p); mm.Map(p + 1); } mm.MmuLock.Exit(); }
        void Loop(ulong g) { for (;;) { int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); try { if (mm.IsStale(s)) continue; mm.Map(p); return; } finally { mm.MmuLock.Exit(); } } }
        int TryLoop(ulong g) { int r = -1; int s = mm.Sequence; int p = mm.GetPfn(g); mm.MmuLock.Enter(); if (mm.IsStale(s)) goto o; r = 0; mm.Map(p); o: mm.MmuLock.Exit(); return r; }
        bool Struct(ulong g) { var f = new Fa { Seq = mm.Sequence }; f.Pfn = mm.GetPfn(g); mm.MmuLock.Enter(); bool ok = !mm.IsStale(f.Seq); if (ok) mm.Map(f.Pfn); mm.MmuLock.Exit(); return ok; }
        struct Fa { public int Seq, Pfn; }
        private bool FaultIn(ref Fa f, ulong g) { f.Seq = mm.Sequence; f.Pfn = mm.GetPfn(g); return f.Pfn > 0; }
        bool Struct2(ulong g) { var f = new Fa(); if (!FaultIn(ref f, g)) return false; mm.MmuLock.Enter(); bool ok = !mm.IsStale(f.Seq); if (ok) mm.Map(f.Pfn); mm.MmuLock.Exit(); return ok; }
        """);
}
