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
    public Task TwoInstances_InOrderOfArguments() => Flows.VerifyAsync("""
        class Account
        {
            readonly object _gate = new();
            int _balance;
            public void Transfer(Account to, int amount)
            {
                lock ({|#1:_gate|})
                lock (to.{|#0:_gate|})
                {
                    _balance -= amount;
                    to._balance += amount;
                }
            }
            public static void Both(Account a, Account b)
            {
                lock (a)
                    lock ({|#2:b|}) { }
            }
        }
        """,
        Flows.Finding("LCK2003", 0, 1).WithArguments("'Account._gate' of two objects, '_gate' and 'to._gate', in an order that nothing decides"),
        Flows.Finding("LCK2003", 2).WithArguments("'Account' of two objects, 'a' and 'b', in an order that nothing decides").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Theory]
    [InlineData("if (a.Id < b.Id) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("if (a.Id > b.Id) (a, b) = (b, a); lock (a.Gate) lock (b.Gate) { }")]
    [InlineData("if (b.Id < a.Id) { var t = a; a = b; b = t; } lock (a.Gate) lock (b.Gate) { }")]
    [InlineData("var first = a.Id <= b.Id ? a : b; var second = a.Id <= b.Id ? b : a; lock (first.Gate) lock (second.Gate) { }")]
    [InlineData("var (x, y) = a.Id < b.Id ? (a, b) : (b, a); lock (x.Gate) lock (y.Gate) { }")]
    [InlineData("if (a.Id >= b.Id) return; lock (a.Gate) lock (b.Gate) { }")]
    [InlineData("if (a.Id.CompareTo(b.Id) < 0) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("if (a.CompareTo(b) > 0) { lock (b.Gate) lock (a.Gate) { } } else { lock (a.Gate) lock (b.Gate) { } }")]
    [InlineData("if (string.CompareOrdinal(a.Name, b.Name) < 0) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("if (Comparer<int>.Default.Compare(a.Id, b.Id) < 0) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("if (a.Id - b.Id < 0) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("int x = Hash(a), y = Hash(b); if (x < y) { lock (a.Gate) lock (b.Gate) { } } else if (x > y) { lock (b.Gate) lock (a.Gate) { } } else { lock (Tie) lock (a.Gate) lock (b.Gate) { } }")]
    [InlineData("if (Before(a, b)) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    [InlineData("switch (a.Id < b.Id) { case true: lock (a.Gate) lock (b.Gate) { } break; default: lock (b.Gate) lock (a.Gate) { } break; }")]
    [InlineData("if (a.Id < b.Id) Both(a, b); else Both(b, a);")]
    [InlineData("bool less = a.Id < b.Id; if (less) { lock (a.Gate) lock (b.Gate) { } } else { lock (b.Gate) lock (a.Gate) { } }")]
    public Task TwoInstances_InATestedOrder_Silent(string body) => Flows.VerifyAsync(Account(body));

    [Theory]
    [InlineData("if (a.Id < b.Id) { lock (a.Gate) lock (b.{|LCK2003:Gate|}) { } } else { lock (a.Gate) lock (b.Gate) { } }")]
    [InlineData("if (a.Balance > 3) { lock (a.Gate) lock (b.{|LCK2003:Gate|}) { } }")]
    [InlineData("if (a != b) { lock (a.Gate) lock (b.{|LCK2003:Gate|}) { } }")]
    [InlineData("if (Hash(a) < Hash(b)) { lock (a.Gate) lock (b.{|LCK2003:Gate|}) { } } if (Hash(b) < Hash(a)) { lock (a.Gate) lock (b.Gate) { } }")]
    [InlineData("{|LCK2003:Both|}(a, b);")]
    public Task TwoInstances_InAWrongOrder_Found(string body) => Flows.VerifyAsync(Account(body));

    static string Account(string body) => $$"""
        class Account : IComparable<Account>
        {
            public readonly object Gate = new();
            public int Id { get; }
            public string Name { get; } = "";
            public int Balance;
            public int CompareTo(Account? other) => 0;
        }
        static class Bank
        {
            static readonly object Tie = new();
            static int Hash(object of) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(of);
            static bool Before(Account a, Account b) => a.Id < b.Id;
            static void Both(Account x, Account y) { lock (x.Gate) lock (y.Gate) { } }
            public static void Move(Account a, Account b)
            {
                {{body}}
            }
            static void InOrder(Account x, Account y) { if (x.Id < y.Id) Both(x, y); }
        }
        """;

    [Fact]
    public Task TwoInstances_UnderACommonGate_Silent_UnderOneOfTheirOwnNot() => Flows.VerifyAsync("""
        class Account
        {
            static readonly object s_all = new();
            readonly object _gate = new(), _own = new();
            readonly Bank _bank = new();
            public void One(Account to) { lock (s_all) lock (_gate) lock (to._gate) { } }
            public void Two(Account to) { lock (_bank.Gate) lock (_gate) lock (to._gate) { } }
            public void Three(Account to) { lock (_own) lock (_gate) lock (to.{|LCK2003:_gate|}) { } }
        }
        class Bank { public readonly object Gate = new(); }
        """);

    [Fact]
    public Task OrderTestedDifferentlyInTwoMethods_Found() => Flows.VerifyAsync("""
        class Account { public readonly object Gate = new(); public int Id; }
        static class Bank
        {
            public static void Move(Account a, Account b)
            {
                if (a.Id < b.Id)
                    lock (a.Gate) lock (b.{|LCK2003:Gate|}) { }
            }
            public static void Merge(Account x, Account y)
            {
                if (x.Id > y.Id)
                    lock (x.Gate) lock (y.Gate) { }
            }
        }
        """);

    [Fact]
    public Task HandOverAlongAList_Silent() => Flows.VerifyAsync("""
        class Node { public readonly Gate Gate = new(); public Node? Next; public readonly Node? Left, Right; }
        class List
        {
            readonly Node _head = new();
            void Walk()
            {
                var node = _head;
                node.Gate.Enter();
                while (node.Next is { } next)
                {
                    next.Gate.Enter();
                    node.Gate.Exit();
                    node = next;
                }
                node.Gate.Exit();
            }
            void Down(Node node)
            {
                lock (node)
                {
                    if (node.Left != null) lock (node.Left) { }
                    if (node.Right != null) Down(node.Right);
                }
            }
        }
        """);

    [Fact]
    public Task ParentAndChild_ByDeclaredOrder() => Flows.VerifyAsync("""
        class Node
        {
            readonly Node? _parent;
            [AcquiredAfter("_parent._gate")] readonly object _gate = new();
            public void Right(Node child) { lock (_gate) lock (child._gate) { } }
            public void Wrong() { lock (_gate) lock (_parent!.{|LCK2002:_gate|}) { } }
            public void WrongToo() { lock (_gate) { var up = _parent!._parent!; lock (up.{|LCK2002:_gate|}) { } } }
        }
        """);

    [Fact]
    public Task FreshObjectsAndConstructors_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly object _a = new(), _b = new();
            public C() { lock (_b) lock (_a) { } Init(); }
            void Init() { lock (_b) lock (_a) { } }
            void M() { lock (_a) lock (_b) { } }
            static C Make(C other)
            {
                var made = new C();
                lock (made._b) lock (made._a) { }
                return made;
            }
        }
        """);

    [Fact]
    public Task LockAll_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly object[] _locks = new object[4];
            readonly Gate[] _gates = new Gate[4];
            void All()
            {
                foreach (var gate in _gates) gate.Enter();
                foreach (var gate in _gates) gate.Exit();
            }
            void Fixed() { lock (_locks[0]) lock (_locks[1]) { } }
            void FixedToo() { lock (_locks[0]) lock (_locks[2]) { } }
        }
        """);

    [Fact]
    public Task ElementsInOrderOfArguments_Found_InOrderOfIndexSilent() => Flows.VerifyAsync("""
        class Forks
        {
            readonly object[] _forks = new object[5];
            void Eat(int left, int right) { lock (_forks[left]) lock ({|LCK2003:_forks[right]|}) { } }
            void EatSafely(int left, int right)
            {
                if (left < right) { lock (_forks[left]) lock (_forks[right]) { } }
                else { lock (_forks[right]) lock (_forks[left]) { } }
            }
            void EatByMinimum(int left, int right) { lock (_forks[Math.Min(left, right)]) lock (_forks[Math.Max(left, right)]) { } }
        }
        class Fixed
        {
            readonly object[] _locks = new object[4];
            void One() { lock (_locks[0]) lock ({|LCK2003:_locks[1]|}) { } }
            void Two() { lock (_locks[1]) lock (_locks[0]) { } }
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
    public Task DifferentObjectsOfOneWrapper_AreTold_Apart() => Flows.VerifyAsync("""
        class Box { readonly object _gate = new(); int _n; public int Get() { lock (_gate) return _n; } public void Set(int n) { lock (_gate) _n = n; } }
        class C
        {
            readonly Box _in = new(), _out = new();
            readonly object _gate = new();
            void M() { lock (_gate) _in.Set(_out.Get()); }
            void N() { lock (_gate) _out.Set(_in.Get()); }
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
    public Task WaitingForATask_ThatTakesTheLock() => Flows.VerifyAsync("""
        class C
        {
            readonly object _a = new();
            int _n;
            void M()
            {
                var task = Task.Run(() => { lock (_a) _n++; });
                lock (_a)
                    task.{|LCK2003:Wait|}();
            }
            int Result()
            {
                var task = Task.Run(() => { lock (_a) return _n; });
                lock (_a)
                    return task.{|LCK2003:Result|};
            }
            void After()
            {
                var task = Task.Run(() => { lock (_a) _n++; });
                lock (_a) _n++;
                task.Wait();
            }
            void Bounded()
            {
                var task = Task.Run(() => { lock (_a) _n++; });
                lock (_a) task.Wait(100);
            }
        }
        """);

    [Fact]
    public Task JoiningAThread_ThatTakesTheLock() => Flows.VerifyAsync("""
        class Worker
        {
            readonly object _gate = new();
            readonly Thread _thread;
            bool _stop;
            public Worker() { _thread = new Thread(Run); _thread.Start(); }
            void Run() { while (true) { lock (_gate) if (_stop) return; } }
            public void Stop() { lock ({|#1:_gate|}) { _stop = true; _thread.{|#0:Join|}(); } }
            public void StopRightly() { lock (_gate) _stop = true; _thread.Join(); }
        }
        """, Flows.Finding("LCK2003", 0, 1).WithArguments("'_gate' is held in 'Stop' while it waits for another thread that takes it"));

    [Fact]
    public Task WaitingForATask_ClosesALongerCycle() => Flows.VerifyAsync("""
        class C
        {
            readonly object _a = new(), _b = new();
            void M()
            {
                var task = Task.Run(() => { lock (_b) { } });
                lock (_a)
                    task.{|LCK2003:Wait|}();
            }
            void N() { lock (_b) lock (_a) { } }
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
    public Task HelperGivenItsLocks_OrderIsThatOfTheArguments() => Flows.VerifyAsync("""
        class C
        {
            readonly Gate _a = new(), _b = new(), _x = new(), _y = new();
            static void Both(Gate first, Gate second) { first.Enter(); second.Enter(); second.Exit(); first.Exit(); }
            public void M() => {|LCK2003:Both|}(_a, _b);
            public void N() => Both(_b, _a);
            public void O() => Both(_x, _y);
            public void P() => Both(_x, _y);
        }
        """);

    [Fact]
    public Task Semaphores_Async() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _a = new(1, 1), _b = new(1, 1), _count = new(4);
            async Task M()
            {
                await _a.WaitAsync();
                try { await _b.{|LCK2003:WaitAsync|}(); _b.Release(); } finally { _a.Release(); }
            }
            async Task N()
            {
                await _b.WaitAsync();
                try { await _a.WaitAsync(); _a.Release(); } finally { _b.Release(); }
            }
            async Task O() { await _a.WaitAsync(); await _count.WaitAsync(); _count.Release(); _a.Release(); }
            async Task P() { await _count.WaitAsync(); await _a.WaitAsync(); _a.Release(); _count.Release(); }
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
