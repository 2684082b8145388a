using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Calls of what requires a lock: the stated contracts.</summary>
public sealed class LCK1002Tests
{
    [Fact]
    public Task VmaLookupWithoutTheMmapLock_IsFound() => Flows.VerifyAsync("""
        class Vma { public ulong Start, End; }
        class Mm
        {
            public readonly Shared MmapLock = new();
            [RequiresLock("MmapLock", Shared = true)] public Vma FindVma(ulong addr) => new Vma();
        }
        class Kvm
        {
            readonly Mm _mm = new();
            public void Wrong(ulong addr) => _mm.{|#0:FindVma|}(addr);
            public void Late(ulong addr)
            {
                _mm.MmapLock.EnterRead();
                var vma = _mm.FindVma(addr);
                _mm.MmapLock.{|#2:ExitRead|}();
                vma = _mm.{|#1:FindVma|}(addr);
            }
            public void OtherMm(Mm other, ulong addr)
            {
                _mm.MmapLock.{|#4:EnterWrite|}();
                other.{|#3:FindVma|}(addr);
                _mm.MmapLock.ExitWrite();
            }
        }
        """,
        VerifyCS.Diagnostic("LCK1002").WithLocation(0).WithArguments("FindVma", "_mm.MmapLock", ""),
        VerifyCS.Diagnostic("LCK1002").WithLocation(1).WithLocation(2).WithArguments("FindVma", "_mm.MmapLock", "; it was released before"),
        VerifyCS.Diagnostic("LCK1002").WithLocation(3).WithLocation(4).WithArguments("FindVma", "other.MmapLock", "; '_mm.MmapLock' is held, which is another lock"));

    [Fact]
    public Task EveryKindOfCallee_IsChecked() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] public void Method() { }
        public int Get { [RequiresLock("_gate")] get => 1; }
        public int Set { get => 1; [RequiresLock("_gate")] set { } }
        public int this[int i] { [RequiresLock("_gate")] get => 1; [RequiresLock("_gate")] set { } }
        public event Action Ev { [RequiresLock("_gate")] add { } [RequiresLock("_gate")] remove { } }
        [RequiresLock("_gate")] public static void Static(C _gate) { }
        public void M(Action a)
        {
            {|LCK1002:Method|}();
            this.{|LCK1002:Method|}();
            _ = {|LCK1002:Get|};
            {|LCK1002:Set|} = Set;
            {|LCK1002:Set|}++;
            _ = {|LCK1002:this[0]|};
            {|LCK1002:this[0]|} = 1;
            {|LCK1002:Ev|} += a;
            {|LCK1002:Ev|} -= a;
            this?.{|LCK1002:Method|}();
            _gate.Enter();
            Method();
            Set = Get;
            this[0]++;
            Ev += a;
            Ev -= a;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task ConstructorsOperatorsAndConversions_AreChecked() => Flows.VerifyAsync("""
        static class Registry { public static readonly object Gate = new(); }
        class Money
        {
            public readonly object Gate = new();
            [RequiresLock("Registry.Gate")] public Money() { }
            public Money(int i) { }
            [RequiresLock("a.Gate")] public static Money operator +(Money a, Money b) => a;
            [RequiresLock("a.Gate")] public static Money operator -(Money a) => a;
            [RequiresLock("m.Gate")] public static implicit operator int(Money m) => 1;
            [RequiresLock("m.Gate")] public static explicit operator long(Money m) => 1;
            [RequiresLock("a.Gate")] public static Money operator ++(Money a) => a;
        }
        class Special : Money { public Special() : {|LCK1002:base|}() { } public Special(int i) : base(i) { } }
        class User
        {
            void Wrong(Money a, Money b)
            {
                _ = new {|LCK1002:Money|}();
                _ = {|LCK1002:a + b|};
                _ = {|LCK1002:-a|};
                int i = {|LCK1002:a|};
                long l = {|LCK1002:(long)a|};
            }
            void Right(Money a, Money b)
            {
                lock (Registry.Gate) _ = new Money();
                lock (a.Gate)
                {
                    _ = a + b;
                    _ = -a;
                    int i = a;
                    long l = (long)a;
                    a += b;
                }
            }
        }
        """);

    [Fact]
    public Task DisposeThroughUsing_AndEnumeratorThroughForeach_AreChecked() => Flows.VerifyAsync("""
        class Res(object gate) : IDisposable
        {
            public readonly object Gate = gate;
            [RequiresLock("Gate")] public void Dispose() { }
        }
        class Seq
        {
            public readonly object Gate = new();
            [RequiresLock("Gate")] public List<int>.Enumerator GetEnumerator() => default;
            [RequiresLock("Gate")] public void Deconstruct(out int a, out int b) => a = b = 0;
            [RequiresLock("Gate")] public void Add(int i) { }
        }
        class User
        {
            void Wrong(Res r, Seq s)
            {
                using ({|LCK1002:r|}) { }
                foreach (var i in {|LCK1002:s|}) { }
            }
            void Right(Res r, Seq s)
            {
                lock (r.Gate) { using (r) { } }
                lock (s.Gate) { foreach (var i in s) { } }
            }
        }
        """);

    [Fact]
    public Task SharedAndExclusive_EitherServesShared() => Flows.VerifyMembersAsync("""
        [RequiresLock("_rw", Shared = true)] void Read() { }
        void M()
        {
            _rw.EnterRead(); Read(); _rw.ExitRead();
            _rw.EnterWrite(); Read(); _rw.Downgrade(); Read(); _rw.ExitRead();
            {|LCK1002:Read|}();
        }
        """);

    [Fact]
    public Task InterfaceContracts_AreInherited() => Flows.VerifyAsync("""
        interface ITable
        {
            object Gate { get; }
            [RequiresLock("Gate")] void Update(int key);
            int Count { [RequiresLock("Gate")] get; }
        }
        class Table : ITable
        {
            public object Gate { get; } = new();
            [GuardedBy("Gate")] int _n;
            public void Update(int k) => _n = k;
            public int Count => _n;
        }
        class Explicit : ITable
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            object ITable.Gate => _gate;
            void ITable.Update(int k) => _n = k;
            int ITable.Count => _n;
        }
        abstract class Base { protected readonly object G = new(); [RequiresLock("G")] public abstract void Do(); [RequiresLock("G")] public virtual void V() { } }
        class Derived : Base
        {
            [GuardedBy("G")] int _n;
            public override void Do() => _n++;
            public override void V() { _n++; base.V(); }
            public void Wrong() { {|LCK1002:Do|}(); {|LCK1002:V|}(); base.{|LCK1002:V|}(); lock (G) { Do(); base.V(); } }
        }
        class User
        {
            void Wrong(ITable t, Table c)
            {
                t.{|LCK1002:Update|}(1);
                c.{|LCK1002:Update|}(1);
                _ = t.{|LCK1002:Count|} + c.{|LCK1002:Count|};
            }
            void Right(ITable t, Table c)
            {
                lock (t.Gate) t.Update(t.Count);
                lock (c.Gate) c.Update(c.Count);
                lock (((ITable)c).Gate) c.Update(1);
            }
        }
        """);

    [Fact]
    public Task ExtensionsAndNamedArguments_AreSubstituted() => Flows.VerifyAsync("""
        class Node { public readonly object Gate = new(); public readonly int Id; }
        static class Nodes
        {
            [RequiresLock("node.Gate")] public static void Touch(this Node node, int by = 1) { }
            [RequiresLock("a.Gate", "b.Gate")] public static void Link(Node a, Node b) { }
        }
        class User
        {
            void M(Node x, Node y)
            {
                x.{|#0:Touch|}();
                Nodes.{|#1:Touch|}(by: 3, node: y);
                lock (x.Gate)
                {
                    x.Touch();
                    Nodes.Touch(node: x);
                    Nodes.{|#2:Link|}(b: x, a: y);
                    if (x.Id < y.Id)
                        lock (y.Gate) Nodes.Link(b: x, a: y);
                }
            }
        }
        """,
        VerifyCS.Diagnostic("LCK1002").WithLocation(0).WithArguments("Touch", "x.Gate", ""),
        VerifyCS.Diagnostic("LCK1002").WithLocation(1).WithArguments("Touch", "y.Gate", ""),
        VerifyCS.Diagnostic("LCK1002").WithLocation(2).WithArguments("Link", "y.Gate", "; 'x.Gate' is held, which is another lock").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task DelegatesWithContracts() => Flows.VerifyAsync("""
        [RequiresLock("kvm.Gate")] delegate void Handler(Kvm kvm, int i);
        class Kvm
        {
            public readonly Gate Gate = new();
            [GuardedBy("Gate")] public int N;
            Handler _handler = (kvm, i) => kvm.N = i;
            void Wrong(Handler h)
            {
                {|#0:h|}(this, 1);
                {|#1:_handler|}(this, 1);
                h.{|#2:Invoke|}(this, 1);
            }
            void Right(Handler h)
            {
                Gate.Enter();
                h(this, 1);
                _handler(this, 1);
                h.Invoke(this, 1);
                h?.Invoke(this, 1);
                Gate.Exit();
            }
        }
        """,
        VerifyCS.Diagnostic("LCK1002").WithLocation(0).WithArguments("h", "this.Gate", ""),
        VerifyCS.Diagnostic("LCK1002").WithLocation(1).WithArguments("_handler", "this.Gate", ""),
        VerifyCS.Diagnostic("LCK1002").WithLocation(2).WithArguments("Invoke", "this.Gate", ""));

    [Fact]
    public Task MethodGroupTurnedIntoADelegate_IsFoundAtTheConversion() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] void Step() { }
        [RequiresLock("_gate")] void Item(int i) { }
        Action _stored;
        public event Action Ev;
        void M(List<int> items)
        {
            Action a = {|LCK1002:Step|};
            _stored = this.{|LCK1002:Step|};
            Ev += {|LCK1002:Step|};
            Task.Run({|LCK1002:Step|});
            new Thread({|LCK1002:Step|}).Start();
            items.ForEach({|LCK1002:Item|});
            _gate.Enter();
            items.ForEach(Item);
            _gate.Exit();
        }
        """);

    [Fact]
    public Task MethodGroupStoredUnderTheLock_RunsLater() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] void Step() { }
        Action _stored;
        void M()
        {
            _gate.Enter();
            _stored = {|LCK1002:Step|};
            Task.Run({|LCK1002:Step|});
            _gate.Exit();
        }
        """);

    [Fact]
    public Task MonitorWaitAndPulseWithoutTheLock_AreFound() => Flows.VerifyMembersAsync("""
        void M()
        {
            Monitor.{|#0:Wait|}(_sync);
            Monitor.{|LCK1002:Pulse|}(_sync);
            Monitor.{|LCK1002:PulseAll|}(_sync);
            lock (_sync)
            {
                while (_k == 0) Monitor.Wait(_sync);
                Monitor.PulseAll(_sync);
                _k = 1;
            }
        }
        """, VerifyCS.Diagnostic("LCK1002").WithLocation(0).WithArguments("Wait", "_sync", ""));

    [Fact]
    public Task RequiresOfTheBody_MeetsTheCallee() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")] void Inner() { _gate.Exit(); Work(); _gate.Enter(); }
        [RequiresLock("_gate")] void Outer() { Inner(); _n++; }
        [AcquiresLock("_gate")] void Take() => _gate.Enter();
        [ReleasesLock("_gate")] void Drop() => _gate.Exit();
        [ReleasesTemporarily("_gate")] void Pause() { _gate.Exit(); _gate.Enter(); }
        void M()
        {
            Take();
            Outer();
            Pause();
            Inner();
            Drop();
            {|LCK1002:Outer|}();
        }
        void N() { _gate.AssertHeld(); Outer(); }
        """);

    [Fact]
    public Task SeveralLocksMissing_AreSeveralFindings() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate", "_other")] void Both() { }
        void M() => {|#0:Both|}();
        """,
        VerifyCS.Diagnostic("LCK1002").WithLocation(0).WithArguments("Both", "_gate", ""),
        VerifyCS.Diagnostic("LCK1002").WithLocation(0).WithArguments("Both", "_other", ""));

    [Fact]
    public Task GenericsStaticsAndPartials() => Flows.VerifyAsync("""
        class Store<T>
        {
            static readonly object s_gate = new();
            public readonly object Gate = new();
            [RequiresLock("s_gate")] static void Static() { }
            [RequiresLock("Gate")] public void Set<U>(T t, U u) { }
            public static void M() { {|LCK1002:Static|}(); lock (s_gate) Static(); }
        }
        partial class P
        {
            readonly object _gate = new();
            [RequiresLock("_gate")] partial void Part(int i);
            partial void Part(int i) { }
            void M(Store<int> s) { s.{|LCK1002:Set|}(1, ""); lock (s.Gate) s.Set(1, ""); {|LCK1002:Part|}(1); lock (_gate) Part(1); }
        }
        """);

    [Fact]
    public Task LocalFunctionsAndLambdasWithContracts() => Flows.VerifyMembersAsync("""
        void M()
        {
            {|LCK1002:Local|}();
            _gate.Enter();
            Local();
            _gate.Exit();
            [RequiresLock("_gate")] void Local() => _n++;
        }
        """);
}
