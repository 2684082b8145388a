using Test = LockDiscipline.Tests.Fixes.LifetimeFix<LockDiscipline.CodeFixes.LCK4005TestMatchFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK4005TestMatchFixTests
{
    static Task VerifyAsync(string before, string after) =>
        Test.VerifyAsync(before.Replace("§", "[RequiresLock(\"mm.Lock\", Shared = true)] public", StringComparison.Ordinal), after.Replace("§", "[RequiresLock(\"mm.Lock\", Shared = true)] public", StringComparison.Ordinal));

    [Fact]
    public Task TestedForNull_AddressTestedToo() => VerifyAsync("""
            § int Is(ulong a)
            {
                var vma = mm.FindVma(a);
                if (vma is null) return -1; // nothing there
                return {|LCK4005:vma|}.Flags;
            }
            § int Or(ulong a, bool busy)
            {
                var vma = mm.FindVma(a);
                if (busy || vma == null)
                {
                    return -1;
                }
                return {|LCK4005:vma|}.Flags;
            }
            § void Inside(ulong a) { var vma = mm.FindVma(a); if (vma != null) {|LCK4005:vma|}.Touch(); }
            § void Pattern(ulong a) { if (mm.FindVma(a) is { } vma) {|LCK4005:vma|}.Touch(); }
        """, """
            § int Is(ulong a)
            {
                var vma = mm.FindVma(a);
                if (vma is null || !vma.Contains(a)) return -1; // nothing there
                return vma.Flags;
            }
            § int Or(ulong a, bool busy)
            {
                var vma = mm.FindVma(a);
                if (busy || vma == null || !vma.Contains(a))
                {
                    return -1;
                }
                return vma.Flags;
            }
            § void Inside(ulong a) { var vma = mm.FindVma(a); if (vma != null && vma.Contains(a)) vma.Touch(); }
            § void Pattern(ulong a) { if (mm.FindVma(a) is { } vma && vma.Contains(a)) vma.Touch(); }
        """);

    [Fact]
    public Task NotTested_TestAdded() => VerifyAsync("""
            § void Nothing(ulong a)
            {
                var vma = mm.FindVma(a)!;
                {|LCK4005:vma|}.Touch(); // the one at a
            }
            § void Loop(ulong a, ulong end)
            {
                for (; a < end; a += 4096)
                {
                    var vma = mm.FindVma(a)!;
                    {|LCK4005:vma|}.Touch();
                }
            }
        """, """
            § void Nothing(ulong a)
            {
                var vma = mm.FindVma(a)!;
                if (vma is null || !vma.Contains(a))
                    return;
                vma.Touch(); // the one at a
            }
            § void Loop(ulong a, ulong end)
            {
                for (; a < end; a += 4096)
                {
                    var vma = mm.FindVma(a)!;
                    if (vma is null || !vma.Contains(a))
                        continue;
                    vma.Touch();
                }
            }
        """);

    [Fact]
    public Task KeptOverALoopOrNothingToReturn_NoFix()
    {
        const string members = """
                § void Kept(ulong a, ulong end)
                {
                    var vma = mm.FindVma(a);
                    if (vma is null || vma.Start > a) return;
                    for (; a < end; a += 4096)
                        {|LCK4005:vma|}.Touch();
                }
                § int Result(ulong a) { var vma = mm.FindVma(a)!; return {|LCK4005:vma|}.Flags; }
            """;
        return VerifyAsync(members, members);
    }
}
