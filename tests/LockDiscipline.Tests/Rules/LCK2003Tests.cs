namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2003: places that take the same locks in orders which do not fit together.</summary>
public sealed class LCK2003Tests
{
    [Fact]
    public Task OppositeOrders_FoundOnceAtTheFirst_WithEveryPlace() => Flows.VerifyMembersAsync("""
        void M()
        {
            _gate.{|#1:Enter|}();
            _other.{|#0:Enter|}();
            _other.Exit();
            _gate.Exit();
        }
        void N()
        {
            _other.{|#2:Enter|}();
            _gate.{|#3:Enter|}();
            _gate.Exit();
            _other.Exit();
        }
        """, Flows.Finding("LCK2003", 0, 1, 2, 3).WithArguments("'C._gate' then 'C._other' in 'M'; 'C._other' then 'C._gate' in 'N'"));

    [Fact]
    public Task SameOrder_Silent() => Flows.VerifyMembersAsync("""
        void M() { lock (_sync) { _gate.Enter(); _other.Enter(); _other.Exit(); _gate.Exit(); } }
        void N() { lock (_sync) { _other.Enter(); _other.Exit(); _gate.Enter(); _gate.Exit(); } }
        void O() { _gate.Enter(); _other.Enter(); _gate.Exit(); _other.Exit(); }
        """);

    [Fact]
    public Task SeveralPlacesOfOneCycle_OneFinding() => Flows.VerifyMembersAsync("""
        void M() { _gate.Enter(); _other.{|LCK2003:Enter|}(); _other.Exit(); _gate.Exit(); }
        void M2() { _gate.Enter(); _other.Enter(); _other.Exit(); _gate.Exit(); }
        void N() { _other.Enter(); _gate.Enter(); _gate.Exit(); _other.Exit(); }
        void N2() { _other.Enter(); _gate.Enter(); _gate.Exit(); _other.Exit(); }
        """);

    [Fact]
    public Task LockStatements_ThroughHelpers_FoundAtTheCall() => Flows.VerifyAsync("""
        class Store
        {
            readonly object _items = new();
            readonly object _log = new();
            void Log(string text) { lock (_log) Console.WriteLine(text); }
            void Twice(string text) => Log(text + text);
            public void Add(string text)
            {
                lock ({|#1:_items|})
                    {|#0:Twice|}(text);
            }
            public void Dump()
            {
                lock ({|#2:_log|})
                {
                    lock ({|#3:_items|})
                    {
                    }
                }
            }
        }
        """, Flows.Finding("LCK2003", 0, 1, 2, 3).WithArguments("'Store._items' then 'Store._log' in 'Add'; 'Store._log' then 'Store._items' in 'Dump'"));

    [Fact]
    public Task AcrossTypes_ThroughPublicMethods() => Flows.VerifyAsync("""
        public class Orders
        {
            readonly object _gate = new();
            readonly Stock _stock;
            public Orders(Stock stock) => _stock = stock;
            public void Place() { lock (_gate) _stock.{|LCK2003:Take|}(); }
            public int Count() { lock (_gate) return 1; }
        }
        public class Stock
        {
            readonly object _gate = new();
            public Orders? Orders;
            public void Take() { lock (_gate) { } }
            public int Report() { lock (_gate) return Orders!.Count(); }
        }
        """);

    [Fact]
    public Task FourLocks_FoundWithEveryEdge() => Flows.VerifyAsync("""
        static class Four
        {
            static readonly object A = new(), B = new(), C = new(), D = new();
            static void M1() { lock ({|#1:A|}) lock ({|#0:B|}) { } }
            static void M2() { lock ({|#2:B|}) lock ({|#3:C|}) { } }
            static void M3() { lock ({|#4:C|}) lock ({|#5:D|}) { } }
            static void M4() { lock ({|#6:D|}) lock ({|#7:A|}) { } }
        }
        """, Flows.Finding("LCK2003", 0, 1, 2, 3, 4, 5, 6, 7).WithArguments(
            "'Four.A' then 'Four.B' in 'M1'; 'Four.B' then 'Four.C' in 'M2'; 'Four.C' then 'Four.D' in 'M3'; 'Four.D' then 'Four.A' in 'M4'"));

    [Fact]
    public Task GateLock_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly object _m = new(), _a = new(), _b = new(), _x = new(), _y = new();
            void One() { lock (_m) lock (_a) lock (_b) { } }
            void Two() { lock (_m) lock (_b) lock (_a) { } }
            void Three() { lock (_m) lock (_x) lock ({|LCK2003:_y|}) { } }
            void Four() { lock (_y) lock (_x) { } }
        }
        """);

    [Fact]
    public Task GateHeldByCallersOfHelpers_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly object _m = new(), _a = new(), _b = new();
            public void One() { lock (_m) AB(); }
            public void Two() { lock (_m) Through(); }
            void Through() => BA();
            void AB() { lock (_a) lock (_b) { } }
            void BA() { lock (_b) lock (_a) { } }
        }
        """);

    [Fact]
    public Task GateHeldByOneCallerOnly_Found() => Flows.VerifyAsync("""
        class C
        {
            readonly object _m = new(), _a = new(), _b = new();
            public void One() { lock (_m) AB(); }
            public void Two() { lock (_m) BA(); }
            public void Three() { BA(); }
            void AB() { lock (_a) lock ({|LCK2003:_b|}) { } }
            void BA() { lock (_b) lock (_a) { } }
        }
        """);

    [Fact]
    public Task TryAcquire_AddsNoEdge_ButWhatIsTakenUnderItDoes() => Flows.VerifyMembersAsync("""
        void M() { _gate.Enter(); if (_other.TryEnter()) _other.Exit(); _gate.Exit(); }
        void N() { _other.Enter(); _gate.Enter(); _gate.Exit(); _other.Exit(); }
        void O()
        {
            if (Monitor.TryEnter(_sync))
            {
                try { _gate.{|LCK2003:Enter|}(); _gate.Exit(); } finally { Monitor.Exit(_sync); }
            }
        }
        void P() { _gate.Enter(); lock (_sync) { } _gate.Exit(); }
        """);

    [Fact]
    public Task RequiredAndAsserted_CountAsHeld() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] void M() { _other.{|LCK2003:Enter|}(); _other.Exit(); }
        void N() { _other.Enter(); _gate.Enter(); _gate.Exit(); _other.Exit(); }
        """);

    [Fact]
    public Task Asserted_IsNoAcquire() => Flows.VerifyMembersAsync("""
        void M() { _gate.Enter(); _other.AssertHeld(); _gate.Exit(); }
        void N() { _other.Enter(); _gate.Enter(); _gate.Exit(); _other.Exit(); }
        """);

    [Fact]
    public Task ReentrantAgain_IsNoEdge() => Flows.VerifyAsync("""
        class C
        {
            readonly object _a = new(), _b = new();
            void M() { lock (_a) lock (_b) lock (_a) { } }
            void N() { lock (_a) { lock (_b) Inner(); } }
            void Inner() { lock (_a) { } }
        }
        """);

    [Fact]
    public Task SharedHolds_WaitForEachOther_UnlessReadersPassWriters() => Flows.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly object _gate = new();
            void M() { _rw.EnterReadLock(); lock ({|LCK2003:_gate|}) { } _rw.ExitReadLock(); }
            void N() { lock (_gate) { _rw.EnterReadLock(); _rw.ExitReadLock(); } }
        }
        [Lock("unfair rw lock", Reentrant = true)]
        class Unfair
        {
            [AcquiresLock(Shared = true)] public void Read() { }
            [AcquiresLock] public void Write() { }
            [ReleasesLock] public void Exit() { }
        }
        class D
        {
            readonly Unfair _rw = new();
            readonly object _gate = new();
            void M() { _rw.Read(); lock (_gate) { } _rw.Exit(); }
            void N() { lock (_gate) { _rw.Read(); _rw.Exit(); } }
        }
        """);

    [Fact]
    public Task LambdasPassedOn_HoldNothing_ThoseRunInPlaceDo() => Flows.VerifyAsync("""
        class C
        {
            readonly object _a = new(), _b = new(), _c = new(), _d = new();
            readonly List<int> _items = new();
            void M() { lock (_a) Task.Run(() => { lock (_b) { } }); }
            void N() { lock (_b) lock (_a) { } }
            void O() { lock (_c) _items.ForEach(i => { lock ({|LCK2003:_d|}) { } }); }
            void P() { lock (_d) lock (_c) { } }
        }
        """);

    [Fact]
    public Task HelpersThatOpenTheLock_AreFollowed() => Flows.VerifyAsync("""
        class C
        {
            readonly Gate _a = new(), _b = new();
            void OpenA() => _a.Enter();
            void CloseA() => _a.Exit();
            Gate B => _b;
            public void M() { OpenA(); B.{|LCK2003:Enter|}(); B.Exit(); CloseA(); }
            public void N() { using (B.Open()) { OpenA(); CloseA(); } }
        }
        """);

    [Fact]
    public Task AcrossFiles_FoundAtTheFirstByPath()
    {
        var test = new CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>.Test();
        test.TestState.Sources.Add(("/0/B.cs", "public partial class C { public void N() { lock (_b) lock (_a) { } } }"));
        test.TestState.Sources.Add(("/0/A.cs", "public partial class C { readonly object _a = new(), _b = new(); public void M() { lock (_a) lock ({|LCK2003:_b|}) { } } }"));
        return test.RunAsync();
    }

    [Fact]
    public Task AcrossFiles_InAnEditor_FoundInEachFile()
    {
        var test = new CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>.Test();
        test.TestState.Sources.Add(("/0/B.cs", "public partial class C { public void N() { lock (_b) lock ({|LCK2003:_a|}) { } } public void O() { lock (_b) lock (_a) { } } }"));
        test.TestState.Sources.Add(("/0/A.cs", "public partial class C { readonly object _a = new(), _b = new(); public void M() { lock (_a) lock ({|LCK2003:_b|}) { } } }"));
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\nbuild_property.LockDisciplineLive = true\n"));
        return test.RunAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task LongCycle_IsLeftToTheBuild(bool isLive)
    {
        const int Locks = 100;
        var members = string.Join('\n', Enumerable.Range(0, Locks).Select(i =>
            $"readonly object _l{i} = new(); public void M{i}() {{ lock (_l{i}) lock ({(i == 0 && !isLive ? "{|LCK2003:_l1|}" : $"_l{(i + 1) % Locks}")}) {{ }} }}"));
        var test = new CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>.Test { TestCode = $"public class C {{\n{members}\n}}" };
        if (isLive)
            test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\nbuild_property.LockDisciplineLive = true\n"));
        return test.RunAsync();
    }

    [Fact]
    public Task LocksOfTheFramework_ReachedByOneMember_AreNotOneClass() => Flows.VerifyAsync("""
        class C
        {
            static void M(System.Collections.ICollection a, System.Collections.ICollection b) { lock (a.SyncRoot) lock (b.SyncRoot) { } }
            static void N(object a, object b) { lock (a) lock (b) { } }
            static void O(Lazy<object> a, object b) { lock (b) lock (a.Value) { } }
            static void P(Lazy<object> a, object b) { lock (a.Value) lock (b) { } }
        }
        """);

    [Fact]
    public Task LocksOfAnotherAssembly_AreToldApartByTheirMembers()
    {
        var test = new CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>.Test
        {
            TestCode = """
                using MemoryModel;

                static class Users
                {
                    static readonly object s_gate = new();
                    static Kvm[] All() => new Kvm[2];

                    static void Wrong(Kvm kvm)
                    {
                        kvm.SlotsArchLock.Lock();
                        kvm.SlotsLock.{|LCK2002:Lock|}();
                        kvm.SlotsLock.Unlock();
                        kvm.SlotsArchLock.Unlock();
                    }

                    static void Elements(int i)
                    {
                        All()[i].SlotsLock.Lock();
                        lock ({|LCK2003:s_gate|}) { }
                        All()[i].SlotsLock.Unlock();
                    }

                    static void Opposite(Kvm kvm)
                    {
                        lock (s_gate)
                        {
                            kvm.SlotsLock.Lock();
                            kvm.SlotsLock.Unlock();
                        }
                    }

                    static void TwoReadSections(Kvm first, Kvm second)
                    {
                        int outer = first.Srcu.ReadLock();
                        int inner = second.Srcu.ReadLock();
                        second.Srcu.ReadUnlock(inner);
                        first.Srcu.ReadUnlock(outer);
                    }

                    static void Wait(Kvm kvm)
                    {
                        int index = kvm.Srcu.ReadLock();
                        kvm.Srcu.{|LCK2005:Synchronize|}();
                        kvm.Srcu.ReadUnlock(index);
                    }
                }
                """,
        };
        test.TestState.AdditionalReferences.Add(Microsoft.CodeAnalysis.MetadataReference.CreateFromFile(typeof(MemoryModel.Kvm).Assembly.Location));
        test.DisabledDiagnostics.AddRange(["LCK1004", "LCK1005"]);
        return test.RunAsync();
    }
}
