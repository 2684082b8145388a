using Test = LockDiscipline.Tests.Fixes.LifetimeFix<LockDiscipline.CodeFixes.LCK5002MoveSampleUpFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK5002MoveSampleUpFixTests
{
    [Fact]
    public Task SampledTooLate_MovedBeforeTheFetch() => Test.VerifyAsync("""
            public void Late(ulong gfn)
            {
                var pfn = mm.{|LCK5002:GetPfn|}(gfn);
                // What was invalidated until here.
                var sequence = mm.Sequence; // sample
                mm.MmuLock.Enter();
                if (!mm.IsStale(sequence))
                    mm.Map(pfn);
                mm.MmuLock.Exit();
            }
            int _sequence;
            public void Stored(ulong gfn) { var pfn = mm.{|LCK5002:GetPfn|}(gfn); _sequence = mm.Sequence; mm.MmuLock.Enter(); if (!mm.IsStale(_sequence)) mm.Map(pfn); mm.MmuLock.Exit(); }
        """, """
            public void Late(ulong gfn)
            {
                // What was invalidated until here.
                var sequence = mm.Sequence; // sample
                var pfn = mm.GetPfn(gfn);
                mm.MmuLock.Enter();
                if (!mm.IsStale(sequence))
                    mm.Map(pfn);
                mm.MmuLock.Exit();
            }
            int _sequence;
            public void Stored(ulong gfn) { _sequence = mm.Sequence; var pfn = mm.GetPfn(gfn); mm.MmuLock.Enter(); if (!mm.IsStale(_sequence)) mm.Map(pfn); mm.MmuLock.Exit(); }
        """);

    [Fact]
    public Task FetchedOnABranch_SampledBeforeIt() => Test.VerifyAsync("""
            public void Branch(ulong gfn, bool known)
            {
                int pfn = 3;
                if (!known)
                    pfn = mm.{|LCK5002:GetPfn|}(gfn);
                var sequence = mm.Sequence;
                mm.MmuLock.Enter();
                if (!mm.IsStale(sequence)) mm.Map(pfn);
                mm.MmuLock.Exit();
            }
            public void InTheRecheck(ulong gfn)
            {
                var pfn = mm.{|LCK5002:GetPfn|}(gfn);
                mm.MmuLock.Enter();
                if (!mm.IsStale(mm.Sequence)) mm.Map(pfn);
                mm.MmuLock.Exit();
            }
        """.Replace("\n", "\r\n", StringComparison.Ordinal), """
            public void Branch(ulong gfn, bool known)
            {
                int pfn = 3;
                var sequence = mm.Sequence;
                if (!known)
                    pfn = mm.GetPfn(gfn);
                mm.MmuLock.Enter();
                if (!mm.IsStale(sequence)) mm.Map(pfn);
                mm.MmuLock.Exit();
            }
            public void InTheRecheck(ulong gfn)
            {
                var sample = mm.Sequence;
                var pfn = mm.GetPfn(gfn);
                mm.MmuLock.Enter();
                if (!mm.IsStale(sample)) mm.Map(pfn);
                mm.MmuLock.Exit();
            }
        """.Replace("\n", "\r\n", StringComparison.Ordinal));

    [Fact]
    public Task NothingSampledHere_NoFix() => Test.VerifyNoneAsync("""
            public void M(ulong gfn, int old)
            {
                var pfn = mm.{|LCK5002:GetPfn|}(gfn);
                mm.MmuLock.Enter();
                if (!mm.IsStale(old)) mm.Map(pfn);
                mm.MmuLock.Exit();
            }
        """);
}
