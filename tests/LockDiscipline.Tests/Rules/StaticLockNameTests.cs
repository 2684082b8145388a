using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Messages name a static lock as the code at the finding would: with its type, outside of that type.</summary>
public sealed class StaticLockNameTests
{
    static DiagnosticResult At(string id, int place, params object[] arguments) =>
        VerifyCS.Diagnostic(id).WithLocation(place).WithArguments(arguments).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations);

    [Fact]
    public Task OutsideItsType_NamedWithTheType() => Flows.VerifyAsync("""
        public static class Registry
        {
            internal static readonly Gate Gate = new();
            [ExcludesLock("Gate")] public static void Excludes() { }
            [ExcludesLock("Registry.Gate")] public static void ExcludesByType() { }
            [RequiresLock("Gate")] public static void Needs() { }
            [AcquiresLock("Gate")] public static void Freeze() => Gate.Enter();
            [ReleasesLock("Gate")] public static void Thaw() => Gate.Exit();
            [GuardedBy("Gate")] public static int Count;
        }

        public class Outer
        {
            public class Inner
            {
                internal static readonly Gate s_gate = new();
                [RequiresLock("s_gate")] public void Needs() { }
                [ExcludesLock("s_gate")] public void Excludes() { }
            }
        }

        public class C
        {
            public void M(Outer.Inner inner)
            {
                using (Registry.Gate.Open())
                {
                    Registry.{|#0:Excludes|}();
                    Registry.{|#1:ExcludesByType|}();
                }

                Registry.{|#2:Needs|}();
                Registry.{|#3:Count|}++;
                inner.{|#4:Needs|}();
                using (Outer.Inner.s_gate.Open())
                    inner.{|#5:Excludes|}();
                Registry.{|#6:Thaw|}();
            }

            public void Leaves() => Registry.{|#7:Freeze|}();
        }
        """,
        At("LCK1007", 0, "Excludes", "Registry.Gate"),
        At("LCK1007", 1, "ExcludesByType", "Registry.Gate"),
        At("LCK1002", 2, "Needs", "Registry.Gate", "; it was released before"),
        At("LCK1001", 3, "Count", "Registry.Gate", "; it was released before"),
        At("LCK1002", 4, "Needs", "Outer.Inner.s_gate", ""),
        At("LCK1007", 5, "Excludes", "Outer.Inner.s_gate"),
        At("LCK1005", 6, "Registry.Gate", "not held any more"),
        At("LCK1004", 7, "Registry.Gate", ""));

    [Fact]
    public Task InsideItsType_NamedAlone() => Flows.VerifyAsync("""
        public class Base
        {
            protected static readonly Gate s_gate = new();
            [RequiresLock("s_gate")] public void Needs() { }

            public void M(Base other) => other.{|#0:Needs|}();

            class Nested
            {
                public void M(Base other) => other.{|#1:Needs|}();
            }
        }

        public class Derived : Base
        {
            public void N() => {|#2:Needs|}();
        }
        """,
        At("LCK1002", 0, "Needs", "s_gate", ""), At("LCK1002", 1, "Needs", "s_gate", ""), At("LCK1002", 2, "Needs", "s_gate", ""));

    [Fact]
    public Task ThroughAHelper_NamedWithTheTypeToo() => Flows.VerifyAsync("""
        public class Holder
        {
            static readonly Gate s_gate = new();
            public void Takes() { using (s_gate.Open()) { } }
            public static Gate Gate => s_gate;
        }

        public class C
        {
            public void M(Holder holder)
            {
                using (Holder.Gate.Open())
                    holder.{|#0:Takes|}();
            }
        }
        """, At("LCK1006", 0, "Holder.s_gate", ""));
}
