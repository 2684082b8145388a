using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK5003MergeFlagFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK5003MergeFlagFixTests
{
    const string Mmu = """
            [LeavesPending("flush", WhenReturns = true)] static bool Zap(int gfn) => true;
            [Settles("flush")] static void Flush() { }

        """;

    [Fact]
    public Task FlagOverwritten_Merged() => Test.VerifyMembersAsync(Mmu + """
            public void M(int[] gfns)
            {
                bool flush = false;
                foreach (var gfn in gfns)
                    {|LCK5003:flush =|} Zap(gfn); // every gfn
                if (flush)
                    Flush();
            }
            public void N()
            {
                bool flush = Zap(1);
                {|LCK5003:flush =|} Zap(2);
                if (flush)
                    Flush();
            }
        """, Mmu + """
            public void M(int[] gfns)
            {
                bool flush = false;
                foreach (var gfn in gfns)
                    flush |= Zap(gfn); // every gfn
                if (flush)
                    Flush();
            }
            public void N()
            {
                bool flush = Zap(1);
                flush |= Zap(2);
                if (flush)
                    Flush();
            }
        """);

    [Fact]
    public Task NothingOverwritten_NoFix() => Test.VerifyNoneAsync(Mmu + """
            public void M() { {|LCK5003:Zap|}(1); }
        """);
}
