using Fix = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK9005RemoveWaiverFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK9005RemoveWaiverFixTests
{
    [Fact]
    public Task Waivers_Removed() => Fix.VerifyMembersAsync("""
            [{|LCK9005:NoLockAnalysis("")|}]
            public int A() => _n;

            [Obsolete, {|LCK9005:NoLockAnalysis("once")|}] public int B() => 3;

            /// <summary>Kept.</summary>
            [{|LCK9005:NoLockAnalysis("once")|}] public int D => 3;
        """, """
            public int A() => {|LCK1001:_n|};

            [Obsolete] public int B() => 3;

            /// <summary>Kept.</summary>
            public int D => 3;
        """);
}
