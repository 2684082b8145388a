using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1002RequireLockFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1002RequireLockFixTests
{
    [Fact]
    public Task SimpleMember_NamedByNameof() => Test.VerifyMembersAsync("""
            /// <summary>Counts.</summary>
            [Obsolete]
            public void M()
            {
                {|LCK1001:_n|}++;
            }

            public int N() => {|LCK1001:_m|};
        """, """
            /// <summary>Counts.</summary>
            [Obsolete]
            [RequiresLock(nameof(_gate))]
            public void M()
            {
                _n++;
            }

            [RequiresLock(nameof(_rw), Shared = true)]
            public int N() => _m;
        """);

    [Fact]
    public Task TwoLocksOfOneMode_InOneAttribute() => Test.VerifyMembersAsync("""
            public void M()
            {
                {|LCK1001:_n|}++;
                {|LCK1001:_k|}++;
            }
        """, """
            [RequiresLock(nameof(_gate), nameof(_sync))]
            public void M()
            {
                _n++;
                _k++;
            }
        """);

    [Fact]
    public Task SharedThenExclusive_InTwoAttributes() => Test.VerifyMembersAsync("""
            public void M()
            {
                Work({|LCK1001:_m|});
                {|LCK1001:_n|}++;
            }
        """, """
            [RequiresLock(nameof(_rw), Shared = true)]
            [RequiresLock(nameof(_gate))]
            public void M()
            {
                Work(_m);
                _n++;
            }
        """);

    [Fact]
    public Task ParameterPath_NamedByString() => Test.VerifyAsync("""
        public class Mm
        {
            public readonly Gate Lock = new();
            [RequiresLock("Lock")] public void Find() { }
            public static void M(Mm mm) => mm.{|LCK1002:Find|}();
        }
        """, """
        public class Mm
        {
            public readonly Gate Lock = new();
            [RequiresLock("Lock")] public void Find() { }
            [RequiresLock("mm.Lock")]
            public static void M(Mm mm) => mm.Find();
        }
        """);

    [Fact]
    public Task Callers_AskedInTurn() => Test.VerifyMembersAsync("""
            public void A()
            {
                B();
            }
            public void B()
            {
                {|LCK1001:_n|}++;
            }
        """, """
            [RequiresLock(nameof(_gate))]
            public void A()
            {
                B();
            }
            [RequiresLock(nameof(_gate))]
            public void B()
            {
                _n++;
            }
        """, iterations: 2);

    [Fact]
    public Task AttributeNotInScope_UsingAdded() => Test.VerifyBareAsync("""
        // Header.

        using System;
        using Xunit;

        class C
        {
            readonly object _g = new();
            [LockDiscipline.GuardedBy("_g")] int _n;
            void M()
            {
                {|LCK1001:_n|}++;
            }
        }
        namespace Xunit { }
        """, """
        // Header.

        using System;
        using LockDiscipline;
        using Xunit;

        class C
        {
            readonly object _g = new();
            [LockDiscipline.GuardedBy("_g")] int _n;
            [RequiresLock(nameof(_g))]
            void M()
            {
                _n++;
            }
        }
        namespace Xunit { }
        """);

    [Fact]
    public Task NoUsingsAtAll_UsingAddedBehindTheHeader() => Test.VerifyBareAsync("""
        // Header.

        /// <summary>Class.</summary>
        class C
        {
            readonly object _g = new();
            [LockDiscipline.GuardedBy("_g")] int _n;
            int P { get { return {|LCK1001:_n|}; } }
        }
        """, """
        // Header.

        using LockDiscipline;

        /// <summary>Class.</summary>
        class C
        {
            readonly object _g = new();
            [LockDiscipline.GuardedBy("_g")] int _n;
            int P { [RequiresLock(nameof(_g), Shared = true)] get { return _n; } }
        }
        """);

    [Fact]
    public Task LocalRootOverrideInterfaceAndLambda_NoFix() => Test.VerifyAsync("""
        public interface I { void Run(); }
        public class Item
        {
            public readonly Gate Gate = new();
            [GuardedBy("Gate")] public int Value;
        }
        public class C : I
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;
            public void M(List<Item> items)
            {
                foreach (var item in items)
                    item.{|LCK1001:Value|}++;
            }
            public override string ToString() => {|LCK1001:_n|}.ToString();
            public void Run() => {|LCK1001:_n|}++;
            public Action Later() => () => {|LCK1001:_n|}++;
        }
        """, """
        public interface I { void Run(); }
        public class Item
        {
            public readonly Gate Gate = new();
            [GuardedBy("Gate")] public int Value;
        }
        public class C : I
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;
            public void M(List<Item> items)
            {
                foreach (var item in items)
                    item.{|LCK1001:Value|}++;
            }
            public override string ToString() => {|LCK1001:_n|}.ToString();
            public void Run() => {|LCK1001:_n|}++;
            public Action Later() => () => {|LCK1001:_n|}++;
        }
        """);

    [Fact]
    public Task ExpressionBodiedProperty_GetterWritten() => Test.VerifyMembersAsync("""
            /// <summary>How many.</summary>
            public int Count => {|LCK1001:_n|}; // now
            public int this[int index]
                => {|LCK1001:_m|} + index;
            public int Plain { get => {|LCK1001:_k|}; }
            public int Commented => /* as it is */ {|LCK1001:_l|};
        """, """
            /// <summary>How many.</summary>
            public int Count { [RequiresLock(nameof(_gate), Shared = true)] get => _n; } // now
            public int this[int index] { [RequiresLock(nameof(_rw), Shared = true)] get => _m + index; }
            public int Plain { [RequiresLock(nameof(_sync), Shared = true)] get => _k; }
            public int Commented => /* as it is */ {|LCK1001:_l|};
        """);

    [Fact]
    public Task ReadsAndWrites_ExclusiveForAll() => Test.VerifyMembersAsync("""
            void Swap() { var n = {|LCK1001:_n|}; {|LCK1001:_n|} = n + 1; }
            int Only() => {|LCK1001:_k|};
        """, """
            [RequiresLock(nameof(_gate))]
            void Swap() { var n = _n; _n = n + 1; }
            [RequiresLock(nameof(_sync), Shared = true)]
            int Only() => _k;
        """);
}
