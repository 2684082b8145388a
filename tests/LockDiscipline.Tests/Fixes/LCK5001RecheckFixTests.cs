using LockDiscipline.CodeFixes;
using Test = LockDiscipline.Tests.Fixes.LifetimeFix<LockDiscipline.CodeFixes.LCK5001RecheckFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK5001RecheckFixTests
{
    [Fact]
    public Task SkippedForSomePages_RecheckedInEveryCase() => Test.VerifyAsync("""
            public void Some(ulong gfn, bool isPrivate)
            {
                var sequence = mm.Sequence;
                var pfn = mm.GetPfn(gfn);
                mm.MmuLock.Enter();
                if (!isPrivate && mm.IsStale(sequence)) // only the shared ones
                {
                    mm.MmuLock.Exit();
                    return;
                }
                mm.{|LCK5001:Map|}(pfn);
                mm.MmuLock.Exit();
            }
            public void Positive(ulong gfn, bool isPrivate)
            {
                var sequence = mm.Sequence;
                var pfn = mm.GetPfn(gfn);
                mm.MmuLock.Enter();
                if (isPrivate || !mm.IsStale(sequence)) mm.{|LCK5001:Map|}(pfn);
                mm.MmuLock.Exit();
            }
        """, """
            public void Some(ulong gfn, bool isPrivate)
            {
                var sequence = mm.Sequence;
                var pfn = mm.GetPfn(gfn);
                mm.MmuLock.Enter();
                if (mm.IsStale(sequence)) // only the shared ones
                {
                    mm.MmuLock.Exit();
                    return;
                }
                mm.Map(pfn);
                mm.MmuLock.Exit();
            }
            public void Positive(ulong gfn, bool isPrivate)
            {
                var sequence = mm.Sequence;
                var pfn = mm.GetPfn(gfn);
                mm.MmuLock.Enter();
                if (!mm.IsStale(sequence)) mm.Map(pfn);
                mm.MmuLock.Exit();
            }
        """, LCK5001RecheckFix.AlwaysKey);

    [Fact]
    public Task InALoop_RecheckedAndTriedAgain() => Test.VerifyAsync("""
            public void Retry(ulong gfn)
            {
                while (true)
                {
                    var sequence = mm.Sequence;
                    var pfn = mm.GetPfn(gfn);
                    mm.MmuLock.Enter();
                    mm.{|LCK5001:Map|}(pfn); // found by everybody
                    mm.MmuLock.Exit();
                    break;
                }
            }
            public sealed class Fault { public int Sequence; }
            public void Held(ulong gfn, Gate gate, Fault fault) {
                do {
                    fault.Sequence = mm.Sequence;
                    var pfn = mm.GetPfn(gfn);
                    using (gate.Open())
                        mm.{|LCK5001:Map|}(pfn);
                } while (Cond());
            }
        """, """
            public void Retry(ulong gfn)
            {
                while (true)
                {
                    var sequence = mm.Sequence;
                    var pfn = mm.GetPfn(gfn);
                    mm.MmuLock.Enter();
                    if (mm.IsStale(sequence))
                    {
                        mm.MmuLock.Exit();
                        continue;
                    }
                    mm.Map(pfn); // found by everybody
                    mm.MmuLock.Exit();
                    break;
                }
            }
            public sealed class Fault { public int Sequence; }
            public void Held(ulong gfn, Gate gate, Fault fault) {
                do {
                    fault.Sequence = mm.Sequence;
                    var pfn = mm.GetPfn(gfn);
                    using (gate.Open())
                    {
                        if (mm.IsStale(fault.Sequence))
                            continue;
                        mm.Map(pfn);
                    }
                } while (Cond());
            }
        """, LCK5001RecheckFix.RetryKey);

    [Fact]
    public Task WithoutALoop_TriedAgainFromTheSampleOn() => Test.VerifyAsync("""
            public void Straight(ulong gfn, Gate outer)
            {
                outer.Enter();
                var sequence = mm.Sequence;
                var pfn = mm.GetPfn(gfn);
                mm.MmuLock.Enter();
                mm.{|LCK5001:Map|}(pfn);
                mm.MmuLock.Exit();
                outer.Exit();
            }
            public void Labelled(ulong gfn)
            {
                int sequence;
            again:
                sequence = mm.Sequence;
                var pfn = mm.GetPfn(gfn);
                if (pfn < 0)
                    goto again;
                mm.MmuLock.Enter();
                mm.{|LCK5001:Map|}(pfn);
                mm.MmuLock.Exit();
            }
        """, """
            public void Straight(ulong gfn, Gate outer)
            {
                outer.Enter();
                retry:
                var sequence = mm.Sequence;
                var pfn = mm.GetPfn(gfn);
                mm.MmuLock.Enter();
                if (mm.IsStale(sequence))
                {
                    mm.MmuLock.Exit();
                    goto retry;
                }
                mm.Map(pfn);
                mm.MmuLock.Exit();
                outer.Exit();
            }
            public void Labelled(ulong gfn)
            {
                int sequence;
            again:
                sequence = mm.Sequence;
                var pfn = mm.GetPfn(gfn);
                if (pfn < 0)
                    goto again;
                mm.MmuLock.Enter();
                if (mm.IsStale(sequence))
                {
                    mm.MmuLock.Exit();
                    goto again;
                }
                mm.Map(pfn);
                mm.MmuLock.Exit();
            }
        """, LCK5001RecheckFix.RetryKey);

    [Fact]
    public Task NoSampleOrNoLock_NoFix() => Test.VerifyNoneAsync("""
            public void Branch(ulong gfn, bool b) { int sequence; if (b) { sequence = mm.Sequence; } var pfn = mm.GetPfn(gfn); mm.MmuLock.Enter(); mm.{|LCK5001:Map|}(pfn); mm.MmuLock.Exit(); }
            public void Unsampled(ulong gfn) { while (Cond()) { var pfn = mm.GetPfn(gfn); mm.MmuLock.Enter(); mm.{|LCK5001:Map|}(pfn); mm.MmuLock.Exit(); } }
            public void Unlocked(ulong gfn) { while (Cond()) { var sequence = mm.Sequence; var pfn = mm.GetPfn(gfn); mm.{|LCK5001:Map|}(pfn); } }
        """);
}
