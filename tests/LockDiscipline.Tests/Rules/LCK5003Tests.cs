namespace LockDiscipline.Tests.Rules;

/// <summary>LCK5003: work is pending at a call, at the release of a lock, or at an exit.</summary>
public sealed class LCK5003Tests
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
            public static bool Cond() => true;
        """;

    static Task VerifyAsync(string members) => Flows.VerifyAsync(Mmu + members + "}");

    [Fact]
    public Task PendingAtACallThatNeedsItSettled_FoundAtTheCall() => VerifyAsync("""
        public void Always() { ZapAll(); {|LCK5003:FreePage|}(); Flush(); }
        public void Flag() { var flush = Zap(1); {|LCK5003:FreePage|}(); if (flush) Flush(); }
        public void OnePath() { bool flush = false; if (Cond()) flush = Zap(1); if (Cond() && flush) Flush(); {|LCK5003:FreePage|}(); }
        public void Wrong() { if (!Zap(1)) Flush(); else {|LCK5003:FreePage|}(); }
        """);

    [Fact]
    public Task SettledBefore_Silent() => VerifyAsync("""
        public void Always() { ZapAll(); Flush(); FreePage(); }
        public void Flag() { var flush = Zap(1); if (flush) Flush(); FreePage(); }
        public void Direct() { if (Zap(1)) Flush(); FreePage(); }
        public void Unconditional() { Zap(1); Flush(); FreePage(); }
        public void Early() { if (!Zap(1)) return; Flush(); FreePage(); }
        public void Negated() { bool clean = !Zap(1); if (!clean) Flush(); FreePage(); }
        public void Finally() { bool flush = false; try { flush = Zap(1); } finally { if (flush) Flush(); } FreePage(); }
        """);

    [Fact]
    public Task Merged_Silent() => VerifyAsync("""
        public void Merge(int[] gfns)
        {
            bool flush = false;
            foreach (var gfn in gfns)
                flush |= Zap(gfn);
            if (flush)
                Flush();
            FreePage();
        }
        public void Or() { bool flush = Zap(1) | Zap(2); if (flush) Flush(); FreePage(); }
        public void Spelled() { bool flush = Zap(1); flush = Zap(2) || flush; if (flush) Flush(); FreePage(); }
        public void Threaded() { bool flush = Zap(1); flush = ZapMore(flush); if (flush) Flush(); FreePage(); }
        public void ThreadedLoop(int n) { bool flush = false; for (int i = 0; i < n; i++) flush = ZapMore(flush); if (flush) Flush(); }
        public void Conditional(int n) { bool flush = false; for (int i = 0; i < n; i++) { if (Zap(i)) flush = true; } if (flush) Flush(); FreePage(); }
        """);

    [Fact]
    public Task FlagOverwritten_FoundThere() => VerifyAsync("""
        public void Twice()
        {
            bool flush = Zap(1);
            {|LCK5003:flush =|} Zap(2);
            if (flush)
                Flush();
        }
        public void Loop(int[] gfns)
        {
            bool flush = false;
            foreach (var gfn in gfns)
                {|LCK5003:flush =|} Zap(gfn);
            if (flush)
                Flush();
        }
        public void Threaded(int n)
        {
            bool flush = Zap(1);
            {|LCK5003:flush =|} ZapMore(false);
            if (flush)
                Flush();
        }
        """);

    [Fact]
    public Task FlagOverwrittenButFlushedAnyway_Silent() => VerifyAsync("""
        public void Twice() { bool flush = Zap(1); flush = Zap(2); Flush(); }
        """);

    [Fact]
    public Task PendingAtTheReleaseOfItsLock_FoundAtTheRelease() => VerifyAsync("""
        public void Late() { Lock.Enter(); var flush = Zap(1); Lock.{|LCK5003:Exit|}(); if (flush) Flush(); }
        public void Right() { Lock.Enter(); var flush = Zap(1); if (flush) Flush(); Lock.Exit(); }
        public void OtherLock() { Plain.Enter(); var flush = Zap(1); Plain.Exit(); if (flush) Flush(); }
        """);

    [Fact]
    public Task LockInAProperty_MayBeReadMeanwhile() => VerifyAsync("""
        [RequiresSettled("flush")] public Spin Guard { get; } = new();
        static void Look(Spin spin) { }
        public void Late() { Guard.Enter(); var flush = Zap(1); Guard.{|LCK5003:Exit|}(); if (flush) Flush(); }
        public void Right() { Guard.Enter(); var flush = Zap(1); Look(Guard); if (flush) Flush(); Guard.Exit(); }
        """);

    [Fact]
    public Task PendingAtAnExit_FoundAtTheCallThatLeftIt() => VerifyAsync("""
        public void End() { {|LCK5003:ZapAll|}(); }
        public void Ignored() { {|LCK5003:Zap|}(1); }
        public void Early(bool c) { if ({|LCK5003:Zap|}(1)) { if (c) return; Flush(); } }
        public int Returned() { ZapAll(); Flush(); return 1; }
        """);

    [Fact]
    public Task ReturnedByContract_Silent() => VerifyAsync("""
        [LeavesPending("flush", WhenReturns = true)] public bool Both() { bool flush = Zap(1); flush |= Zap(2); return flush; }
        [LeavesPending("flush", WhenReturns = true)] public bool Direct() => Zap(1);
        [LeavesPending("flush", WhenReturns = true)] public bool Inverted() { if ({|LCK5003:Zap|}(1)) return false; return true; }
        [LeavesPending("flush")] public void Always() => Zap(1);
        [LeavesPending("flush", WhenReturns = true)] public bool Taken([TakesPending("flush")] bool flush) { flush |= Zap(1); return flush; }
        [LeavesPending("flush", WhenReturns = true)] public bool Dropped([TakesPending("flush")] bool flush) { {|LCK5003:return Zap(1);|} }
        """);

    [Fact]
    public Task Helpers_LeaveAndSettleForTheirCallers() => VerifyAsync("""
        private bool ZapBoth() { bool flush = Zap(1); flush |= Zap(2); return flush; }
        private void FlushIf(bool flush) { if (flush) Flush(); }
        private void Clean() => Flush();
        public void Right() { if (ZapBoth()) Flush(); FreePage(); }
        public void Wrong() { ZapBoth(); {|LCK5003:FreePage|}(); }
        public void Through() { ZapAll(); Clean(); FreePage(); }
        public void ByFlag() { bool flush = Zap(1); FlushIf(flush); FreePage(); }
        """);

    /// <summary>What a helper says of locks says nothing of the work that it leaves.</summary>
    [Fact]
    public Task HelpersThatStateTheirLock_LeaveAndSettleForTheirCallers() => VerifyAsync("""
        [RequiresLock("Plain")] private bool ZapBoth() { bool flush = Zap(1); flush |= Zap(2); return flush; }
        [RequiresLock("Plain")] private void Clean() => Flush();
        [RequiresLock("Plain")] private bool ZapUnused() => {|LCK5003:Zap|}(1);
        [ReleasesLock("Plain")] private void ZapAndRelease() { ZapAll(); Plain.Exit(); }
        public void Right() { Plain.Enter(); if (ZapBoth()) Flush(); FreePage(); Plain.Exit(); }
        public void Wrong() { Plain.Enter(); ZapBoth(); {|LCK5003:FreePage|}(); Plain.Exit(); }
        public void Through() { Plain.Enter(); ZapAll(); Clean(); FreePage(); Plain.Exit(); }
        public void Released() { Plain.Enter(); ZapAndRelease(); Flush(); }
        public void Forgotten() { Plain.Enter(); {|LCK5003:ZapAndRelease|}(); }
        """);

    /// <summary>A number that says how much is pending is a flag, too: none is none.</summary>
    [Fact]
    public Task CountsForFlags_Silent() => VerifyAsync("""
        [LeavesPending("flush")] public int ZapSome(int gfn) => gfn;
        public void Sum(int[] gfns)
        {
            int flushed = 0;
            foreach (var gfn in gfns)
                flushed += ZapSome(gfn);
            if (flushed > 0)
                Flush();
            FreePage();
        }
        public void Simple() { int n = ZapSome(1); if (n != 0) Flush(); FreePage(); }
        public void Early() { int n = ZapSome(1); if (n == 0) return; Flush(); FreePage(); }
        public void Counted(int[] gfns)
        {
            int flushed = 0;
            foreach (var gfn in gfns)
            {
                if (Zap(gfn))
                    flushed++;
            }

            if (flushed > 0)
                Flush();
        }
        public void CountedByIndex(int n)
        {
            int flushed = 0;
            for (int i = 0; i < n; i++)
                flushed += Zap(i) ? 1 : 0;
            if (flushed == 0)
                return;
            Flush();
        }
        public void Pattern(int n)
        {
            int flushed = 0;
            for (int i = 0; i < n; i++)
            {
                if (Zap(i))
                    flushed++;
            }

            if (flushed is not 0)
                Flush();
        }
        """);

    [Fact]
    public Task CountsThatAreNoFlags_Found() => VerifyAsync("""
        [LeavesPending("flush")] public int ZapSome(int gfn) => gfn;
        public void Unused(int[] gfns)
        {
            int flushed = 0;
            foreach (var gfn in gfns)
                flushed += {|LCK5003:ZapSome|}(gfn);
        }
        public void Late() { int n = ZapSome(1); {|LCK5003:FreePage|}(); if (n > 0) Flush(); }
        public void OtherCount(int n)
        {
            int rounds = 0;
            for (int i = 0; i < n; i++)
            {
                {|LCK5003:Zap|}(i);
            }

            if (rounds > 0)
                Flush();
        }
        public void Few(int[] gfns)
        {
            int flushed = 0;
            foreach (var gfn in gfns)
            {
                if ({|LCK5003:Zap|}(gfn))
                    flushed++;
            }

            if (flushed > 3)
                Flush();
        }
        """);

    [Fact]
    public Task AnsweredByALambdaThatRunsInPlace_FlagTrusted() => Flows.VerifyAsync("""
        public class Mmu
        {
            [RequiresSettled("flush")] public readonly Gate Gate = new();
            [LeavesPending("flush", WhenReturns = true)] public bool Zap(ulong gfn) => false;
            [LeavesPending("flush")] public bool Clear(ulong gfn) => false;
            [Settles("flush")] public void Flush() { }
        }
        public class C
        {
            void Any(Mmu mmu, ulong[] gfns) { mmu.Gate.Enter(); try { if (gfns.Any(gfn => mmu.Zap(gfn))) mmu.Flush(); } finally { mmu.Gate.Exit(); } }
            void Merged(Mmu mmu, ulong[] gfns) { mmu.Gate.Enter(); if (gfns.Aggregate(false, (flush, gfn) => flush | mmu.Zap(gfn))) mmu.Flush(); mmu.Gate.Exit(); }
            void Always(Mmu mmu, ulong[] gfns) { mmu.Gate.Enter(); var any = gfns.Any(gfn => mmu.Clear(gfn)); mmu.Gate.{|LCK5003:Exit|}(); Console.WriteLine(any); }
            void Statement(Mmu mmu, List<ulong> gfns) { mmu.Gate.Enter(); gfns.RemoveAll(gfn => mmu.Zap(gfn)); mmu.Gate.{|LCK5003:Exit|}(); }
        }
        """);
}
