using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Objects that no other thread can know yet, or not any more.</summary>
public sealed class OwnershipBehaviours
{
    const string Node = """

        class Node
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public int N;
            [GuardedBy("Gate")] public Node? Next;
            public Node() { N = 1; Next = null; }
            public Node(Node other) { N = other.{|LCK1001:N|}; }
            ~Node() => N = 0;
            static Node s_last = new() { N = 3 };
            public static Node Make() => new Node { N = 4, Next = new Node { N = 2 } };
        }
        """;

    [Fact]
    public Task FreshObject_IsFreeUntilItIsShared() => LocksOnly.VerifyAsync("""
        class C
        {
            Node? _shared;
            static readonly List<Node> All = new();
            static void Register(Node n) => All.Add(n);
            static void Look(Node n) { _ = n.Gate; }
            Node Right()
            {
                var n = new Node();
                n.N = 1;
                Look(n);
                n.N++;
                var alias = n;
                alias.N++;
                _shared = n;
                return n;
            }
            void AfterTheStore()
            {
                var n = new Node();
                _shared = n;
                n.{|LCK1001:N|}++;
            }
            void AfterTheCall()
            {
                var n = new Node();
                Register(n);
                n.{|LCK1001:N|}++;
            }
            void AfterTheCapture()
            {
                var n = new Node();
                Task.Run(() => Look(n));
                n.{|LCK1001:N|}++;
            }
            void InACollection()
            {
                var n = new Node();
                All.Add(n);
                n.{|LCK1001:N|}++;
            }
            void Published()
            {
                var n = new Node { N = 1 };
                Volatile.Write(ref _shared, n);
                n.{|LCK1001:N|}++;
            }
            void Exchanged()
            {
                var n = new Node { N = 1 };
                Interlocked.Exchange(ref _shared, n);
                n.{|LCK1001:N|}++;
            }
        }
        """ + Node);

    [Fact]
    public Task OwnedInOneBranchOnly_IsFound() => LocksOnly.VerifyAsync("""
        class C
        {
            void Wrong(Node given, bool c)
            {
                var n = c ? new Node() : given;
                n.{|LCK1001:N|}++;
            }
            void Right(bool c)
            {
                var n = c ? new Node() : new Node { N = 2 };
                n.N++;
            }
            void WrongCoalesce(Node? given)
            {
                var n = given ?? new Node();
                n.{|LCK1001:N|}++;
            }
            void SharedInOneBranch(bool c, List<Node> list)
            {
                var n = new Node();
                if (c)
                    list.Add(n);
                n.{|LCK1001:N|}++;
            }
        }
        """ + Node);

    [Fact]
    public Task Construction_IsExemptForItsOwnObjectOnly() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n = 3;
            [GuardedBy("_gate")] int P { get; set; } = 4;
            static readonly object Gate = new();
            [GuardedBy("Gate")] static int s_n = 3;
            [GuardedBy("Gate")] static readonly List<int> List = [1, 2];
            static C() { s_n = 4; List.Add(1); }
            public C() { _n = 4; P++; {|LCK1001:s_n|}++; Init(); }
            public C(C other) : this() { _n = other.{|LCK1001:_n|}; }
            private void Init() { _n = 5; }
            ~C() { _n = 0; }
            int Q { get; init { field = value; _n = value; } }
        }
        class Derived : Base
        {
            public Derived() { _n = 1; }
        }
        class Base
        {
            protected readonly object _gate = new();
            [GuardedBy("_gate")] protected int _n;
        }
        """);

    [Fact]
    public Task LambdaOrEventInAConstructor_RunsLater() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            static event Action? Tick;
            public C()
            {
                Tick += () => {|LCK1001:_n|}++;
                new Thread(() => {|LCK1001:_n|}++).Start();
                Task.Run(() => { lock (_gate) _n++; });
            }
        }
        """);

    [Fact]
    public Task ThreadLocalState_NeedsNoLock() => LocksOnly.VerifyAsync("""
        class C
        {
            [ThreadStatic] static Node? t_node;
            static readonly ThreadLocal<int> Count = new();
            static int Right() => Count.Value++ + (t_node is null ? 1 : 2);
        }
        """ + Node);

    [Fact]
    public Task RoleTestedAtRunTime_HoldsInItsBranch() => LocksOnly.VerifyAsync("""
        [Lock("ui")] static class Nothing { }
        [Lock("ui thread")] sealed class Ui
        {
            public static readonly Ui Thread = new();
            [TestsLock] public bool IsCurrent => true;
            [AssertsLock] public void Verify() { }
        }
        class View
        {
            [GuardedBy("Ui.Thread")] int _x;
            void M()
            {
                if (Ui.Thread.IsCurrent)
                    _x++;
                else
                    {|LCK1001:_x|}++;
                if (!Ui.Thread.IsCurrent)
                    return;
                _x++;
            }
            void N()
            {
                Ui.Thread.Verify();
                _x++;
            }
        }
        """.Replace("[Lock(\"ui\")] static class Nothing { }\n", ""));

    [Fact]
    public Task ImmutableSnapshot_IsReadThroughAMarkedMember() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] volatile string[] _names = [];
            [NoLockAnalysis("published whole, never changed")] string[] Snapshot => _names;
            int Right() => Snapshot.Length;
            int Wrong() => {|LCK1001:_names|}.Length;
            int WrongToo() => Volatile.Read(ref {|LCK1001:_names|}).Length;
            void Add(string s)
            {
                lock (_gate)
                    _names = [.. _names, s];
            }
        }
        """);

    [Fact]
    public Task InitialisationUnderItsOwnScope_HoldsTheLock() => LocksOnly.VerifyAsync("""
        [ScopedLock]
        sealed class InitScope : IDisposable
        {
            [AcquiresLock("gate")] public InitScope(object gate) { }
            public void Dispose() { }
        }
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            void Init()
            {
                using (new InitScope(_gate))
                    _n = 1;
                {|LCK1001:_n|} = 2;
            }
        }
        """);
}
