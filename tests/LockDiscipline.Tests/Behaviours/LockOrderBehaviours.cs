using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>In which order locks are taken, and who waits for whom.</summary>
public sealed class LockOrderBehaviours
{
    static Task Members(string members) => Flows.VerifyAsync($$"""
        public partial class C
        {
            [AcquiredBefore("_second")] readonly Gate _first = new();
            readonly Gate _second = new();
            readonly Gate _a = new(), _b = new(), _c = new(), _d = new(), _gateOfAll = new();
            readonly object _x = new(), _y = new();
            static bool Cond() => true;
        {{members}}
        }
        """);

    [Fact]
    public Task DeclaredOrder_TakenTheOtherWayRound() => Members("""
            void Wrong() { _second.Enter(); _first.{|LCK2002:Enter|}(); _first.Exit(); _second.Exit(); }
            void Right() { _first.Enter(); _second.Enter(); _second.Exit(); _first.Exit(); }
        """);

    [Fact]
    public Task MethodThatRequiresTheLaterLock_TakesTheEarlierOne() => Members("""
            [RequiresLock("_second")] void Wrong() { _first.{|LCK2002:Enter|}(); _first.Exit(); }
            [RequiresLock("_first")] void Right() { _second.Enter(); _second.Exit(); }
        """);

    [Fact]
    public Task EarlierLockAssertedUnderTheLaterOne() => Members("""
            void Right() { _second.Enter(); _first.AssertHeld(); _second.Exit(); }
            void Wrong() { _second.Enter(); _first.AssertHeld(); _second.Exit(); _first.Exit(); _second.Enter(); _first.{|LCK2002:Enter|}(); _first.Exit(); _second.Exit(); }
        """);

    [Fact]
    public Task OrderDeclaredAgainstTheLockOfAnotherType() => Flows.VerifyAsync("""
        class Bus { public readonly object Gate = new(); }
        class Device(Bus bus)
        {
            readonly Bus _bus = bus;
            [AcquiredAfter("_bus.Gate")] readonly object _gate = new();
            void Wrong() { lock (_gate) lock (_bus.{|LCK2002:Gate|}) { } }
            void Right() { lock (_bus.Gate) lock (_gate) { } }
        }
        """);

    [Fact]
    public Task AttemptOutOfOrder_AndWhatIsWaitedForInsideIt() => Members("""
            void Right() { _second.Enter(); if (_first.TryEnter()) _first.Exit(); _second.Exit(); }
            void AlsoRight() { _a.Enter(); if (_b.TryEnter()) _b.Exit(); _a.Exit(); }
            void Backwards() { _b.Enter(); _a.Enter(); _a.Exit(); _b.Exit(); }
            void Wrong() { if (_second.TryEnter()) { _first.{|LCK2002:Enter|}(); _first.Exit(); _second.Exit(); } }
            void WrongCycle() { if (_c.TryEnter()) { _d.{|LCK2003:Enter|}(); _d.Exit(); _c.Exit(); } }
            void Opposite() { _d.Enter(); _c.Enter(); _c.Exit(); _d.Exit(); }
        """);

    [Fact]
    public Task InnerLockTakenTwoCallsDeep_InAnotherFile()
    {
        var test = new CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>.Test();
        test.TestState.Sources.Add(("/0/A.cs", "public partial class C { readonly object _x = new(), _y = new(), _z = new(); public void Wrong() { lock (_x) {|LCK2003:One|}(); } public void Right() { lock (_x) Three(); } }"));
        test.TestState.Sources.Add(("/0/B.cs", "public partial class C { internal void One() => Two(); void Two() { lock (_y) { } } internal void Three() { lock (_z) { } } }"));
        test.TestState.Sources.Add(("/0/Z.cs", "public partial class C { public void Opposite() { lock (_y) lock (_x) { } } public void Same() { lock (_x) lock (_z) { } } }"));
        return test.RunAsync();
    }

    [Theory]
    [InlineData("AB! BC CD DA")]
    [InlineData("AB! CD BD DA")]
    [InlineData("AB! CD BC DA")]
    [InlineData("AB BC CD AD")]
    [InlineData("AB CD BD AD")]
    public Task FourLocks_InCycleOrNot(string pairs) => Flows.VerifyAsync(
        "static class L\n{\n    static readonly object A = new(), B = new(), C = new(), D = new();\n"
        + string.Concat(pairs.Split(' ').Select((pair, i) => $"    static void M{i}() {{ lock ({pair[0]}) lock ({(pair.EndsWith('!') ? $"{{|LCK2003:{pair[1]}|}}" : pair[1])}) {{ }} }}\n")) + "}\n");

    [Fact]
    public Task OppositeOrders_AlwaysUnderOneGate() => Members("""
            void Right() { _gateOfAll.Enter(); _a.Enter(); _b.Enter(); _b.Exit(); _a.Exit(); _gateOfAll.Exit(); }
            void RightToo() { _gateOfAll.Enter(); _b.Enter(); _a.Enter(); _a.Exit(); _b.Exit(); _gateOfAll.Exit(); }
            void WithGate() { _gateOfAll.Enter(); _c.Enter(); _d.{|LCK2003:Enter|}(); _d.Exit(); _c.Exit(); _gateOfAll.Exit(); }
            void Wrong() { _d.Enter(); _c.Enter(); _c.Exit(); _d.Exit(); }
        """);

    [Fact]
    public Task TwoObjectsOfOneClass_ThisThenTheOther() => Flows.VerifyAsync("""
        public class Account(int id)
        {
            readonly object _gate = new();
            readonly int _id = id;
            int _balance;
            public void Wrong(Account to) { lock (_gate) lock (to.{|LCK2003:_gate|}) { _balance--; to._balance++; } }
            public void Right(Account to)
            {
                var (first, second) = _id < to._id ? (this, to) : (to, this);
                lock (first._gate) lock (second._gate) { _balance--; to._balance++; }
            }
        }
        """);

    [Fact]
    public Task TwoObjectsOfOneClass_ComparedWrongly() => Flows.VerifyAsync("""
        class Account { public readonly object Gate = new(); public readonly object Other = new(); public int Id; }
        static class Bank
        {
            static void Wrong(Account a, Account b)
            {
                if (a.Id < b.Id) { lock (a.Gate) lock (b.{|LCK2003:Gate|}) { } }
                else { lock (a.Gate) lock (b.Gate) { } }
            }
            static void Right(Account a, Account b)
            {
                if (a.Id < b.Id) { lock (a.Other) lock (b.Other) { } }
                else { lock (b.Other) lock (a.Other) { } }
            }
        }
        """);

    [Fact]
    public Task NestedAcquireWithoutTheOuterLockThatItNames() => Flows.VerifyAsync("""
        [Lock("node lock")]
        public class NodeLock
        {
            [RequiresLock("tree"), AcquiresLock] public void EnterNested(Gate tree) { }
            [ReleasesLock] public void Exit() { }
        }
        public class Tree
        {
            readonly Gate _tree = new();
            void Wrong(NodeLock node) { node.{|LCK1002:EnterNested|}(_tree); node.Exit(); }
            void Right(NodeLock node) { _tree.Enter(); node.EnterNested(_tree); node.Exit(); _tree.Exit(); }
        }
        """);

    [Fact]
    public Task AssertedOnly_IsNoPlaceInTheOrder() => Members("""
            void Right() { _a.Enter(); _b.AssertHeld(); _a.Exit(); }
            void Opposite() { _b.Enter(); _a.Enter(); _a.Exit(); _b.Exit(); }
            void Wrong() { _c.AssertHeld(); _d.{|LCK2003:Enter|}(); _d.Exit(); }
            void WrongToo() { _d.Enter(); _c.Enter(); _c.Exit(); _d.Exit(); }
        """);

    [Fact]
    public Task LockReachedThroughAHolder() => Flows.VerifyAsync("""
        public class Holder<T> { public T Value { get; } = default!; }
        public class C
        {
            readonly Holder<object> _left = new(), _right = new(), _up = new();
            readonly object _gate = new();
            object Left => _left.Value;
            void Wrong() { lock (_left.Value) lock (_right.{|LCK2003:Value|}) { } }
            void Opposite() { var left = Left; lock (_right.Value) lock (left) { } }
            void Right() { lock (_up.Value) lock (_gate) { } }
            void RightToo() { lock (_left.Value) lock (_gate) { } }
        }
        """);

    [Fact]
    public Task HelperTakesTheLockThatItsCallerHolds() => Members("""
            void Helper() { _a.Enter(); _a.Exit(); }
            void Deeper() => Helper();
            public void Wrong() { _a.Enter(); {|LCK1006:Deeper|}(); _a.Exit(); }
            public void Right() { _a.Enter(); _a.Exit(); Deeper(); }
            public void Reentrant() { lock (_x) Locked(); }
            void Locked() { lock (_x) { } }
        """);

    [Fact]
    public Task ReleasedInAnotherOrderThanTaken() => Members("""
            void Right() { _a.Enter(); _b.Enter(); _a.Exit(); _b.Exit(); }
            void Wrong() { _c.Enter(); _b.Enter(); _c.Exit(); _d.{|LCK2003:Enter|}(); _b.Exit(); _d.Exit(); }
            void Opposite() { _d.Enter(); _b.Enter(); _b.Exit(); _d.Exit(); }
        """);

    [Fact]
    public Task ReadersOfAFairLock_AndOfOneThatLetsReadersPass() => Flows.VerifyAsync("""
        [Lock("lock that lets readers pass", Reentrant = true)]
        public class Passing
        {
            [AcquiresLock(Shared = true)] public void Read() { }
            [AcquiresLock] public void Write() { }
            [ReleasesLock] public void Exit() { }
        }
        public class C
        {
            readonly Shared _fair = new();
            readonly Passing _passing = new();
            readonly object _x = new(), _y = new();
            void Wrong() { _fair.EnterRead(); lock ({|LCK2003:_x|}) { } _fair.ExitRead(); }
            void Opposite() { lock (_x) { _fair.EnterRead(); _fair.ExitRead(); } }
            void Right() { _passing.Read(); lock (_y) { } _passing.Exit(); }
            void RightToo() { lock (_y) { _passing.Read(); _passing.Exit(); } }
        }
        """);

    [Fact]
    public Task WaitingForWorkThatNeedsTheLock() => Members("""
            void Wrong() { var work = Task.Run(() => { lock (_x) { } }); lock (_x) work.{|LCK2003:Wait|}(); }
            void Right() { var work = Task.Run(() => { lock (_x) { } }); lock (_x) { } work.Wait(); }
            void WrongThread() { var thread = new Thread(() => { lock (_y) { } }); thread.Start(); lock (_y) thread.{|LCK2003:Join|}(); }
            void RightThread() { var thread = new Thread(() => { }); thread.Start(); lock (_y) thread.Join(); }
        """);

    [Fact]
    public Task FourPartyCycle_ThroughAWaitForReaders() => Flows.VerifyAsync("""
        [Lock("SRCU")]
        public class Srcu
        {
            [AcquiresLock(Shared = true)] public int Lock() => 0;
            [ReleasesLock(Shared = true)] public void Unlock(int index) { }
            [WaitsFor] public void Synchronize() { }
        }
        public class Kvm
        {
            static readonly ReaderWriterLockSlim s_hotplug = new();
            static readonly object s_kvmLock = new();
            static readonly object s_usageLock = new();
            readonly object _slots = new();
            readonly Srcu _srcu = new();
            void SetMemory() { lock (_slots) _srcu.{|LCK2005:Synchronize|}(); }
            void Offline() { s_hotplug.EnterReadLock(); lock (s_kvmLock) { } s_hotplug.ExitReadLock(); }
            void Walk() { lock (s_kvmLock) lock (_slots) { } }
            void Run() { var index = _srcu.Lock(); s_hotplug.EnterReadLock(); s_hotplug.ExitReadLock(); _srcu.Unlock(index); }
            void Usage() { lock (s_usageLock) { s_hotplug.EnterReadLock(); s_hotplug.ExitReadLock(); } }
        }
        """);

    [Fact]
    public Task LockTakenByAnImplementation_IsAnEdgeOfTheInterfaceCall() => Flows.VerifyAsync("""
        interface IStore { void Put(int n); int Count { get; } }
        class MemoryStore : IStore
        {
            readonly object _inner = new();
            readonly C _owner;
            public MemoryStore(C owner) => _owner = owner;
            public void Put(int n) { lock (_inner) { } }
            public int Count { get { lock (_inner) return 1; } }
            void Back() { lock (_inner) _owner.{|LCK2003:Take|}(); }
        }
        class NullStore : IStore
        {
            public void Put(int n) { }
            public int Count => 0;
        }
        class C
        {
            readonly object _x = new();
            readonly IStore _store;
            public C(IStore store) => _store = store;
            public void Take() { lock (_x) { } }
            void Wrong() { lock (_x) _store.Put(1); }
            void Right() { lock (_x) { } _store.Put(1); }
        }
        """);

    [Fact]
    public Task ImplementationsThatTakeNothing_AreNoEdge() => Flows.VerifyAsync("""
        interface IStore { void Put(int n); }
        class MemoryStore : IStore
        {
            readonly object _inner = new();
            readonly C _owner;
            public MemoryStore(C owner) => _owner = owner;
            public void Put(int n) { if (Monitor.TryEnter(_inner)) Monitor.Exit(_inner); }
            void Back() { lock (_inner) _owner.Take(); }
        }
        class C
        {
            readonly object _x = new();
            readonly IStore _store;
            public C(IStore store) => _store = store;
            public void Take() { lock (_x) { } }
            void Right() { lock (_x) _store.Put(1); }
        }
        """);
}
