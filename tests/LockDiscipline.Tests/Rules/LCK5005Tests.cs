namespace LockDiscipline.Tests.Rules;

/// <summary>LCK5005: a returned value promises that something was assigned, and it was not.</summary>
public sealed class LCK5005Tests
{
    static Task VerifyAsync(string members) => Flows.VerifyAsync($$"""
        public enum Reason { None, Io, Memory }

        public class Exit
        {
            public ulong Gpa;
            public int Size { get; set; }
            public bool IsPrivate;
            public Exit() { }
            public Exit(ulong gpa, int size) { Gpa = gpa; Size = size; }
            public static Exit For(ulong gpa) => new(gpa, 1);
        }

        public class Vcpu
        {
            public Exit Exit = new();
            public Exit Other = new();
            public void Fill(ulong gpa) { Exit.Gpa = gpa; Set(1); }
            void Set(int size) => Exit.Size = size;
            public void Look() { }
        }

        public class Kvm
        {
            static bool Cond() => true;
            static void Fill(Exit exit) { exit.Gpa = 1; exit.Size = 2; }
            static void Show(Exit exit) { Console.WriteLine(exit.Size); }
            const string Gpa = "vcpu.Exit.Gpa";
            const string Size = "vcpu.Exit.Size";
        {{members.Replace("§", "[AssignedWhenReturns(Reason.Memory, Gpa, Size)] public Reason")}}
        }
        """);

    [Fact]
    public Task NotAssigned_FoundAtTheReturn() => VerifyAsync("""
        § Nothing(Vcpu vcpu) { {|LCK5005:return Reason.Memory;|} }
        § Arrow(Vcpu vcpu) {|LCK5005:=> Reason.Memory|};
        § One(Vcpu vcpu) { vcpu.Exit.Gpa = 1; {|LCK5005:return Reason.Memory;|} }
        § OnePath(Vcpu vcpu) { vcpu.Exit.Gpa = 1; if (Cond()) vcpu.Exit.Size = 2; {|LCK5005:return Reason.Memory;|} }
        § Late(Vcpu vcpu) { if (Cond()) {|LCK5005:return Reason.Memory;|} vcpu.Exit.Gpa = 1; vcpu.Exit.Size = 2; return Reason.Memory; }
        § ByVariable(Vcpu vcpu) { var r = Reason.None; if (Cond()) r = Reason.Memory; {|LCK5005:return r;|} }
        § OtherObject(Vcpu vcpu, Vcpu other) { other.Exit.Gpa = 1; other.Exit.Size = 2; {|LCK5005:return Reason.Memory;|} }
        § OtherMember(Vcpu vcpu) { vcpu.Other.Gpa = 1; vcpu.Other.Size = 2; {|LCK5005:return Reason.Memory;|} }
        § Looked(Vcpu vcpu) { Show(vcpu.Exit); {|LCK5005:return Reason.Memory;|} }
        § NewEmpty(Vcpu vcpu) { vcpu.Exit = new Exit(); {|LCK5005:return Reason.Memory;|} }
        § NewHalf(Vcpu vcpu) { vcpu.Exit = new Exit { Gpa = 3 }; {|LCK5005:return Reason.Memory;|} }
        """);

    [Fact]
    public Task Assigned_Silent() => VerifyAsync("""
        § Both(Vcpu vcpu) { vcpu.Exit.Gpa = 1; vcpu.Exit.Size = 2; return Reason.Memory; }
        § Nothing(Vcpu vcpu) => Reason.None;
        § Branches(Vcpu vcpu) { vcpu.Exit.Gpa = 1; if (Cond()) vcpu.Exit.Size = 2; else vcpu.Exit.Size = 3; return Reason.Memory; }
        § Local(Vcpu vcpu) { var exit = vcpu.Exit; exit.Gpa = 1; exit.Size = 2; return Reason.Memory; }
        § Initialised(Vcpu vcpu) { vcpu.Exit = new Exit { Gpa = 1, Size = 2 }; return Reason.Memory; }
        § LocalNew(Vcpu vcpu) { var exit = new Exit(); exit.Gpa = 1; exit.Size = 2; vcpu.Exit = exit; return Reason.Memory; }
        § Constructed(Vcpu vcpu) { vcpu.Exit = new Exit(1, 2); return Reason.Memory; }
        § Made(Vcpu vcpu) { vcpu.Exit = Exit.For(1); return Reason.Memory; }
        § Callee(Vcpu vcpu) { vcpu.Fill(1); return Reason.Memory; }
        § Helper(Vcpu vcpu) { Fill(vcpu.Exit); return Reason.Memory; }
        § Conditional(Vcpu vcpu) { if (!Cond()) return Reason.Io; vcpu.Exit.Gpa = 1; vcpu.Exit.Size = 2; return Reason.Memory; }
        § ByVariable(Vcpu vcpu) { var r = Reason.None; if (Cond()) { vcpu.Fill(1); r = Reason.Memory; } return r; }
        § Tuple(Vcpu vcpu) { (vcpu.Exit.Gpa, vcpu.Exit.Size) = (1, 2); return Reason.Memory; }
        § Throws(Vcpu vcpu) => throw new InvalidOperationException();
        § Handed(Vcpu vcpu) => Both(vcpu);
        § Reference(Vcpu vcpu) { ref var gpa = ref vcpu.Exit.Gpa; gpa = 1; vcpu.Exit.Size = 2; return Reason.Memory; }
        """);

    [Fact]
    public Task BoolsAndOwnMembers_AreUnderstood() => Flows.VerifyAsync("""
        public class Reader
        {
            int _value;
            string? _error;
            [AssignedWhenReturns(true, nameof(_value)), AssignedWhenReturns(false, nameof(_error))]
            public bool Read(int n)
            {
                if (n < 0)
                {
                    {|LCK5005:return false;|}
                }
                if (n == 0)
                {
                    _error = "none";
                    return false;
                }
                if (n == 1)
                    {|LCK5005:return true;|}
                _value = n;
                return true;
            }
        }
        """);

    [Fact]
    public Task PropertiesOfAnotherAssembly_SetOnlyThemselves()
    {
        var test = new CSharpAnalyzerVerifier<Analyzers.Rules.FlowAnalyzer>.Test
        {
            TestCode = """
                using LockDiscipline;
                using MemoryModel.Memory;
                using MemoryModel.Mmu;

                public static class C
                {
                    [AssignedWhenReturns(ExitReason.MemoryFault, "vcpu.Exit.Gpa", "vcpu.Exit.Size")]
                    public static ExitReason Half(Vcpu vcpu, Gpa gpa) { vcpu.Exit.Gpa = gpa; {|LCK5005:return ExitReason.MemoryFault;|} }
                    [AssignedWhenReturns(ExitReason.MemoryFault, "vcpu.Exit.Gpa", "vcpu.Exit.Size")]
                    public static ExitReason Whole(Vcpu vcpu, Gpa gpa) { vcpu.Exit.Gpa = gpa; vcpu.Exit.Size = 4096; return ExitReason.MemoryFault; }
                }
                """,
        };
        test.TestState.AdditionalReferences.Add(Microsoft.CodeAnalysis.MetadataReference.CreateFromFile(typeof(MemoryModel.Kvm).Assembly.Location));
        return test.RunAsync();
    }
}
