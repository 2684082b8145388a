using Verify = LockDiscipline.Tests.CSharpCodeFixVerifier<LockDiscipline.Analyzers.Rules.LCK9001ContractDoesNotBind, LockDiscipline.CodeFixes.LCK9001NearestNameFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK9001NearestNameFixTests
{
    [Fact]
    public Task MisspeltNames_Replaced() => Verify.VerifyCodeFixAsync("""
        using LockDiscipline;
        class Kvm { public Mm Memory = new(); }
        class Mm { public object MmapLock = new(); }
        class C
        {
            readonly object _gate = new();
            [GuardedBy("{|LCK9001:_gat|}")] int _n;
            [GuardedBy(@"_gate")] int _o;
            [RequiresLock("kvm.{|LCK9001:Memry|}.MmapLock", /* both */ "{|LCK9001:_gade|}")] void M(Kvm kvm) { }
            [RequiresLock("kvm.Memory.{|LCK9001:MapLock|}")] void N(Kvm kvm) { }
            [LockedVariant("{|LCK9001:Mm|}")] void O(Kvm kvm) { }
        }
        """, """
        using LockDiscipline;
        class Kvm { public Mm Memory = new(); }
        class Mm { public object MmapLock = new(); }
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            [GuardedBy(@"_gate")] int _o;
            [RequiresLock("kvm.Memory.MmapLock", /* both */ "_gate")] void M(Kvm kvm) { }
            [RequiresLock("kvm.Memory.MmapLock")] void N(Kvm kvm) { }
            [LockedVariant("M")] void O(Kvm kvm) { }
        }
        """);

    [Fact]
    public Task VerbatimLiteral_ReplacedWhole() => Verify.VerifyCodeFixAsync("""
        using LockDiscipline;
        class C
        {
            readonly object _gate = new();
            [GuardedBy({|LCK9001:@"_gat"|})] int _n;
        }
        """, """
        using LockDiscipline;
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
        }
        """);

    [Fact]
    public Task NothingLikeIt_NoFix() => Verify.VerifyCodeFixAsync("""
        using LockDiscipline;
        class C
        {
            [GuardedBy("{|LCK9001:elsewhere|}")] int _n;
            [GuardedBy("{|LCK9001:_o|}")] int _o;
        }
        """, """
        using LockDiscipline;
        class C
        {
            [GuardedBy("{|LCK9001:elsewhere|}")] int _n;
            [GuardedBy("{|LCK9001:_o|}")] int _o;
        }
        """);
}
