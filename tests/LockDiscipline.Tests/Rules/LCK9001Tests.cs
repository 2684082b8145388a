using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.LCK9001ContractDoesNotBind>;

namespace LockDiscipline.Tests.Rules;

/// <summary>LCK9001: a contract names what is not there, or what is no lock. The squiggle is inside the string.</summary>
public sealed class LCK9001Tests
{
    static Task VerifyAsync(string members, params DiagnosticResult[] expected) => VerifyCS.VerifyAnalyzerAsync($$"""
        using System;
        using System.Collections.Generic;
        using LockDiscipline;
        [Lock("gate")] public class Gate { [AcquiresLock] public void Enter() { } [ReleasesLock] public void Exit() { } public readonly Gate Inner; }
        public static class Registry { public static readonly Gate Gate = new(); public static class Nested { public static readonly Gate Gate = new(); } }
        public class Base { protected readonly Gate Inherited = new(); }
        public class C : Base
        {
            readonly Gate _gate = new();
            static readonly Gate s_gate = new();
            readonly Gate[] _gates = new Gate[3];
            readonly Dictionary<string, Gate> _named = new();
            readonly int _number = 1;
            readonly string _text = "";
            Gate Property => _gate;
        {{members}}
        }
        """, expected);

    static DiagnosticResult At(int place, string message) => VerifyCS.Diagnostic().WithLocation(place).WithArguments(message);

    [Fact]
    public Task NamesThatBind_Silent() => VerifyAsync("""
        [GuardedBy("_gate")] int a;
        [GuardedBy(nameof(_gate))] int b;
        [GuardedBy("this")] int c;
        [GuardedBy("this._gate")] int d;
        [GuardedBy("s_gate", "_gate")] int e;
        [GuardedBy("Registry.Gate")] int f;
        [GuardedBy("Registry.Nested.Gate")] int g;
        [GuardedBy("Inherited")] int h;
        [GuardedBy("_gates[0]")] int i;
        [GuardedBy("_named[\"x\"]")] int j;
        [GuardedBy("Property.Inner")] int k;
        [GuardedBy(" _gate ")] int l;
        [GuardedBy("C.s_gate")] int m;
        [RequiresLock("other._gate")] void M(C other) { }
        [RequiresLock("gates[index]")] void N(Gate[] gates, int index) { }
        [AcquiresLock("return")] Gate O() => _gate;
        [AcquiresLock("return.Inner")] Gate P() => _gate;
        [LockedVariant(nameof(AddLocked))] void Add() { }
        void AddLocked() { }
        [RequiresLock("a._gate")] public static int operator +(C a, C b) => 1;
        void Local(Gate g)
        {
            [RequiresLock("g")] void F() { }
            Action<Gate> action = [RequiresLock("x")] (Gate x) => { };
        }
        """);

    [Fact]
    public Task UnknownName_NearestIsNamed() => VerifyAsync("""
        [GuardedBy("{|#0:_gatr|}")] int a;
        [GuardedBy("{|#1:xyzzyxyzzy|}")] int b;
        [RequiresLock("{|#2:othr|}._gate")] void M(C other) { }
        [RequiresLock("other.{|#3:_gat|}")] void N(C other) { }
        [GuardedBy("Registry.{|#4:Gat|}")] int c;
        [GuardedBy("_gate", "{|#5:_Gates|}")] int d;
        """,
        At(0, "there is no '_gatr' here; did you mean '_gate'?"),
        At(1, "there is no 'xyzzyxyzzy' here"),
        At(2, "there is no 'othr' here; did you mean 'other'?"),
        At(3, "there is no '_gat' here; did you mean '_gate'?"),
        At(4, "there is no 'Gat' here; did you mean 'Gate'?"),
        At(5, "there is no '_Gates' here; did you mean '_gates'?"));

    [Fact]
    public async Task NearestName_IsAProperty()
    {
        var test = new NearestTest { TestCode = """
            using LockDiscipline;
            class C { readonly object _gate = new(); [GuardedBy("[|_gatw|]")] int _n; }
            """ };
        await test.RunAsync();
        Assert.Equal("_gate", test.Nearest);
    }

    [Fact]
    public Task NotALock_Found() => VerifyAsync("""
        [GuardedBy("{|#0:_number|}")] int a;
        [GuardedBy("{|#1:_text|}")] int b;
        [GuardedBy("{|#2:Registry|}")] int c;
        [GuardedBy("{|#3:System|}")] int d;
        """,
        At(0, "'_number' is not a lock: it is a value of type 'int'"),
        At(1, "'_text' is not a lock: it is a value of type 'string'"),
        At(2, "'Registry' is a type, not a lock"),
        At(3, "'System' is a namespace, not a lock"));

    [Fact]
    public Task NotAPath_FoundWhereItEnds() => VerifyAsync("""
        [GuardedBy("_gate {|#0:+ 1|}")] int a;
        [GuardedBy({|#2:""|})] int d;
        [GuardedBy("{|#3:3|}")] int e;
        """,
        At(0, "'_gate + 1' is not an access path"),
        At(2, "'' is not an access path"),
        At(3, "'3' is not an access path"));

    [Fact]
    public Task InstanceFromStatic_Found() => VerifyAsync("""
        [GuardedBy("{|#0:_gate|}")] static int a;
        [RequiresLock("{|#1:this|}")] static void M() { }
        [RequiresLock("{|#2:_gate|}._x")] static void N() { }
        class Inner { [GuardedBy("{|#3:_gate|}")] int b; [GuardedBy("s_gate")] int c; }
        """,
        At(0, "'_gate' belongs to an instance, and the contract stands on a static member"),
        At(1, "'this' has no meaning in a static member"),
        At(2, "'_gate' belongs to an instance, and the contract stands on a static member"),
        At(3, "'_gate' belongs to an instance of 'C'"));

    [Fact]
    public Task WrongTarget_Found() => VerifyAsync("""
        [TryAcquiresLock("{|#0:_gate|}")] void M() { }
        [TargetGuardedBy("{|#1:_gate|}")] int a;
        [AcquiresLock("{|#2:return|}")] void N() { }
        [LockedVariant("{|#3:AddLockd|}")] void Add() { }
        void AddLocked() { }
        """,
        At(0, "a method that returns nothing cannot say whether it acquired the lock"),
        At(1, "'Int32' is a value: there is no object behind it to guard"),
        At(2, "there is no returned value"),
        At(3, "there is no method 'AddLockd'; did you mean 'AddLocked'?"));

    [Fact]
    public Task WhatIsNoPlainLiteral_IsMarkedWhole() => VerifyAsync("""
        const string Name = "_gatr";
        [GuardedBy([|Name|])] int a;
        [GuardedBy([|@"_gatr"|])] int b;
        [GuardedBy([|"_ga" + "tr"|])] int c;
        [GuardedBy([|"_g\u0061tr"|])] int d;
        """);

    [Fact]
    public Task EveryAttributeWithLocks_IsChecked() => VerifyAsync("""
        [GuardedByAny("[|x1|]")] int a;
        [TargetGuardedBy("[|x1|]")] object b = new();
        [AcquiredAfter("[|x1|]")] readonly Gate c = new();
        [AcquiredBefore("[|x1|]")] readonly Gate d = new();
        [RequiresLock("[|x1|]")] void M1() { }
        [AcquiresLock("[|x1|]")] void M2() { }
        [TryAcquiresLock("[|x1|]")] bool M3() => true;
        [ReleasesLock("[|x1|]")] void M4() { }
        [ReleasesTemporarily("[|x1|]")] void M5() { }
        [DowngradesLock("[|x1|]")] void M6() { }
        [UpgradesLock("[|x1|]")] void M7() { }
        [ExcludesLock("[|x1|]")] void M8() { }
        [AssertsLock("[|x1|]")] void M9() { }
        [ReturnsLock("[|x1|]")] Gate M10() => _gate;
        [TestsLock("[|x1|]")] bool M11() => true;
        [ConditionWait("[|x1|]")] void M12() { }
        [WaitsFor("[|x1|]")] void M13() { }
        [return: ValidUnder("[|x1|]")] object M14() => 1;
        void M15([ValidUnder("[|x1|]")] out object o) => o = 1;
        [return: NearestMatch("[|x1|]")] object M16(int addr) => 1;
        """);

    [Fact]
    public Task Targets_DelegatesConstructorsAccessorsFieldsRecords() => VerifyCS.VerifyAnalyzerAsync("""
        using LockDiscipline;
        [RequiresLock("gate")] delegate void Good(object gate);
        [RequiresLock("[|gatr|]")] delegate void Bad(object gate);
        class C
        {
            readonly object _gate = new();
            [RequiresLock("gate")] C(object gate) { }
            [RequiresLock("[|gatr|]")] C(object gate, int n) { }
            int P { [RequiresLock("_gate")] get => 1; [RequiresLock("[|_gatr|]")] set { } }
            [GuardedBy("[|_gatr|]")] int a, b;
            [field: GuardedBy("[|_gatr|]")] int Auto { get; set; }
            [GuardedBy("[|_gatr|]")] int Prop { get; set; }
        }
        record R(object Gate)
        {
            [GuardedBy("Gate")] int a;
            [GuardedBy("[|Gatr|]")] int b;
        }
        interface I { object Gate { get; } [RequiresLock("Gate")] void M(); [RequiresLock("[|Gatr|]")] void N(); }
        partial class P { readonly object _gate = new(); }
        partial class P { [GuardedBy("_gate")] int a; }
        class G<T> where T : C
        {
            readonly T _owner = null!;
            [GuardedBy("_owner._gate")] int a;
            [GuardedBy("_owner.[|_gatr|]")] int b;
        }
        """);

    [Fact]
    public Task OwnCopyOfTheAttributes_IsReadByFullName() => VerifyCS.VerifyAnalyzerAsync("""
        namespace Other
        {
            sealed class GuardedByAttribute(string name) : System.Attribute { public string Name => name; }
            sealed class RequiresLockAttribute(string name) : System.Attribute { public string Name => name; }
            class C
            {
                [GuardedBy("[|gatr|]")] int a;
                [RequiresLock("gatr")] void M() { }
            }
        }
        """);

    [Fact]
    public Task PrimaryConstructorParameter_BindsAsInCSharp() => VerifyCS.VerifyAnalyzerAsync("""
        using LockDiscipline;
        class C(object gate)
        {
            [GuardedBy("gate")] int _n;
            void M() { lock (gate) _n++; }
        }
        """);

    [Fact]
    public Task PrimaryConstructorParameter_IsTheLockThatMembersTake() => Flows.VerifyAsync("""
        class C(Gate gate)
        {
            [GuardedBy("gate")] int _n;
            void Right() { gate.Enter(); _n++; gate.Exit(); }
            void Wrong() => {|LCK1001:_n|}++;
        }
        """);

    [Fact]
    public Task MetadataOwner_UnknownNameIsTakenOnTrust() => VerifyCS.VerifyAnalyzerAsync("""
        using LockDiscipline;
        using System.Collections.Generic;
        class C
        {
            readonly List<int> _list = new();
            [GuardedBy("_list._syncRoot")] int _n;
        }
        """);

    [Fact]
    public Task GeneratedCode_Silent()
    {
        var test = new VerifyCS.Test { TestCode = "class Empty { }" };
        test.TestState.Sources.Add(("/0/Made.g.cs", """
            // <auto-generated/>
            class C { [LockDiscipline.GuardedBy("nothing")] int _n; }
            """));
        return test.RunAsync();
    }

    sealed class NearestTest : AnalyzerTest
    {
        public string? Nearest { get; private set; }

        protected override System.Collections.Immutable.ImmutableArray<Microsoft.CodeAnalysis.Diagnostics.DiagnosticAnalyzer> GetDiagnosticAnalyzers() =>
            [new LockDiscipline.Analyzers.Rules.LCK9001ContractDoesNotBind()];

        public override async Task RunAsync()
        {
            await base.RunAsync();
            var (solution, _) = CreateSolution(TestState);
            foreach (var diagnostic in await GetDiagnosticsAsync(solution.Projects.Single()))
                Nearest = diagnostic.Properties[LockDiscipline.Analyzers.Rules.DiagnosticProperties.Nearest];
        }
    }

    [Fact]
    public Task OrderThatContradictsItself_FoundOnce() => VerifyAsync("""
        [AcquiredBefore("{|#0:_second|}")] readonly Gate _first = new();
        [AcquiredBefore("_third")] readonly Gate _second = new();
        [AcquiredBefore("_first")] readonly Gate _third = new();
        [AcquiredAfter("_first", "_second")] readonly Gate _last = new();
        """, At(0, "the order contradicts itself: 'C._first', then 'C._second', then 'C._third', then 'C._first'"));

    [Fact]
    public Task OrderThatContradictsItself_OnOneMemberOrItself() => VerifyAsync("""
        readonly Gate _first = new();
        [AcquiredAfter("{|LCK9001:_first|}"), AcquiredBefore("_first")] readonly Gate _second = new();
        [AcquiredAfter("{|LCK9001:_self|}")] readonly Gate _self = new();
        readonly C _parent = null;
        [AcquiredAfter("_parent._tree")] readonly Gate _tree = new();
        """);

    [Fact]
    public Task FieldBehindAnEvent_NameChecked() => VerifyAsync("""
            [field: GuardedBy("{|#0:_gat|}")] event Action? Changed;
            [field: GuardedBy(nameof(_gate))] event Action? Closed;
        """, At(0, "there is no '_gat' here; did you mean '_gate'?"));

    [Fact]
    public Task ConditionsAndAssignedPlaces_AreBound() => VerifyAsync("""
        int _count;
        bool IsOpen => true;
        bool Has(int n) => true;
        [RequiresTest("_count > 0 && IsOpen && Has(n)")] void Right(int n) { }
        [RequiresTest("{|LCK9001:_cuont|} > 0")] void Name() { }
        [RequiresTest("n > {|LCK9001:m|}")] void Parameter(int n) { }
        [RequiresTest("{|LCK9001:n >|}")] void NoCondition(int n) { }
        [AssignedWhenReturns(true, "_count")] bool Assigned() => false;
        [AssignedWhenReturns("yes", "{|LCK9001:_cuont|}")] string Misspelt() => "";
        """);

    [Fact]
    public Task LockOfWhatIsReturned_NeededBeforeTheCall() => VerifyAsync("""
        [RequiresLock("{|LCK9001:return|}.Inner")] Gate Needs() => _gate;
        [ExcludesLock("{|LCK9001:return|}.Inner")] Gate Excludes() => _gate;
        [ReleasesLock("{|LCK9001:return|}.Inner")] Gate Releases() => _gate;
        [AcquiresLock("return")] Gate Takes() { _gate.Enter(); return _gate; }
        [AssertsLock("return.Inner")] Gate Asserts() => _gate;
        """);
}
