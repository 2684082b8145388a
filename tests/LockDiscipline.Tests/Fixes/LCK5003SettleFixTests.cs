using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK5003SettleFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK5003SettleFixTests
{
    static string Mmu(string members) => $$"""
        public class Mmu
        {
            [RequiresSettled("flush")] public readonly Spin Lock = new();
            [LeavesPending("flush", WhenReturns = true)] public bool Zap(int gfn) => true;
            [LeavesPending("flush")] public void ZapAll() { }
            [Settles("flush")] public void Flush() { }
            [RequiresSettled("flush")] public void FreePage() { }
        }

        public class C
        {
            static bool Cond() => true;
        {{members}}
        }
        """;

    static Task VerifyAsync(string before, string after) => Test.VerifyAsync(Mmu(before), Mmu(after));

    [Fact]
    public Task SettledTooLate_MovedUp() => VerifyAsync("""
            public void Free(Mmu mmu)
            {
                bool flush = mmu.Zap(1);
                mmu.{|LCK5003:FreePage|}();
                // Nobody may see it any more.
                if (flush)
                    mmu.Flush(); // everywhere
            }
            public void Unlock(Mmu mmu)
            {
                mmu.Lock.Enter();
                mmu.ZapAll();
                mmu.Lock.{|LCK5003:Exit|}();
                mmu.Flush();
            }
        """, """
            public void Free(Mmu mmu)
            {
                bool flush = mmu.Zap(1);
                // Nobody may see it any more.
                if (flush)
                    mmu.Flush(); // everywhere
                mmu.FreePage();
            }
            public void Unlock(Mmu mmu)
            {
                mmu.Lock.Enter();
                mmu.ZapAll();
                mmu.Flush();
                mmu.Lock.Exit();
            }
        """);

    [Fact]
    public Task NeverSettled_SettledWhereItIsDue() => VerifyAsync("""
            public void Free(Mmu mmu, int[] gfns)
            {
                bool flush = false;
                foreach (var gfn in gfns)
                    flush |= mmu.Zap(gfn);
                mmu.{|LCK5003:FreePage|}();
            }
            public void Dropped(Mmu mmu)
            {
                mmu.{|LCK5003:Zap|}(1); // one
            }
            public void Always(Mmu mmu) { mmu.{|LCK5003:ZapAll|}(); }
            public int Early(Mmu mmu)
            {
                bool flush = mmu.{|LCK5003:Zap|}(1);
                if (Cond())
                    return 1;
                if (flush) mmu.Flush();
                return 2;
            }
        """, """
            public void Free(Mmu mmu, int[] gfns)
            {
                bool flush = false;
                foreach (var gfn in gfns)
                    flush |= mmu.Zap(gfn);
                if (flush) mmu.Flush();
                mmu.FreePage();
            }
            public void Dropped(Mmu mmu)
            {
                if (mmu.Zap(1)) mmu.Flush(); // one
            }
            public void Always(Mmu mmu) { mmu.ZapAll(); mmu.Flush(); }
            public int Early(Mmu mmu)
            {
                bool flush = mmu.Zap(1);
                if (Cond())
                {
                    if (flush) mmu.Flush();
                    return 1;
                }
                if (flush) mmu.Flush();
                return 2;
            }
        """);

    [Fact]
    public Task FlagInNoVariableOrOverwritten_NoFix()
    {
        const string members = """
                public bool Direct(Mmu mmu) { return mmu.{|LCK5003:Zap|}(1) && Cond(); }
                public void Twice(Mmu mmu) { bool flush = mmu.Zap(1); {|LCK5003:flush =|} mmu.Zap(2); if (flush) mmu.Flush(); }
            """;
        return VerifyAsync(members, members);
    }
}
