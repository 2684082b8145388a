using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Other names for one lock, and one name for other locks.</summary>
public sealed class AliasBehaviours
{
    const string Node = """

        public class Node
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public int G;
            public Node? Next;
            public Node? Parent;
        }
        """;

    static Task Members(string members) => LocksOnly.VerifyAsync($$"""
        public class C
        {
            readonly Node _f = new();
            Node _g = new();
            static bool Cond() => true;
            static void Use(Node? n) { }
            static void UseIn(in Node n) { }
            static void Change(ref Node n) => n = new();
        {{members}}
        }
        """ + Node);

    [Fact]
    public Task LocalName_IsTheSameObject() => Members("""
            void Right(Node f)
            {
                var p = f;
                lock (p.Gate) f.G = 1;
                Node? q = null;
                q = f;
                lock (q.Gate) { f.G = 1; p.G = 1; }
                object gate = f.Gate;
                lock (gate) f.G = 1;
                Monitor.Enter(gate);
                f.G = 1;
                Monitor.Exit(f.Gate);
                lock ((object)f.Gate) f.G = 1;
                if (f is { Gate: var g } )
                    lock (g) f.G = 1;
                (var a, var b) = (f, f.Gate);
                lock (b) a.G = 1;
                ref Node r = ref f;
                lock (r.Gate) f.G = 1;
                lock (f.Gate) r.G = 1;
                switch (f)
                {
                    case Node n when Cond():
                        lock (n.Gate) f.G = 1;
                        break;
                }
                Node Local() => f;
                using var e = new List<Node> { f }.GetEnumerator();
            }
            void Wrong(Node f, Node other)
            {
                var p = other;
                lock (p.Gate) f.{|LCK1001:G|} = 1;
                p = f;
                lock (p.Gate) { f.G = 1; other.{|LCK1001:G|} = 1; }
            }
        """);

    [Fact]
    public Task PassedByValueOrReadOnly_StaysTheSame() => Members("""
            void Right()
            {
                var p = _f;
                Use(p);
                UseIn(p);
                UseIn(in p);
                lock (p.Gate) _f.G = 1;
            }
            void Changed()
            {
                var p = _f;
                Change(ref p);
                lock (p.Gate) _f.{|LCK1001:G|} = 1;
                p = _f;
                lock (p.Gate) _f.G = 1;
            }
        """);

    [Fact]
    public Task SourceReassigned_AliasStaysOnTheOldObject() => Members("""
            static void Right(Node list)
            {
                var eb = list;
                Monitor.Enter(eb.Gate);
                list = list.Next!;
                eb.G = 1;
                Monitor.Exit(eb.Gate);
            }
            static void Wrong(Node list)
            {
                Monitor.{|LCK1004:Enter|}(list.Gate);
                list = list.Next!;
                list.{|LCK1001:G|} = 1;
                Monitor.{|LCK1005:Exit|}(list.Gate);
            }
            static void RightChain(Node list)
            {
                var gate = list.Gate;
                var old = list;
                lock (list.Gate)
                {
                    list = list.Parent!;
                    old.G = 1;
                }
                lock (gate) old.G = 1;
            }
        """);

    [Fact]
    public Task ReassignedInALoop_ReleasesAnother() => Members("""
            static void Wrong(Node a, Node b, int n)
            {
                var p = a;
                Monitor.{|LCK1004:Enter|}(p.Gate);
                for (int i = 0; i < n; i++)
                {
                    if (Cond())
                        p = b;
                }
                Monitor.{|LCK1005:Exit|}(p.Gate);
            }
            static void HandOverHand(Node? head)
            {
                if (head is null)
                    return;
                var cur = head;
                Monitor.Enter(cur.Gate);
                while (cur.Next is { } next)
                {
                    Monitor.Enter(next.Gate);
                    next.G++;
                    Monitor.Exit(cur.Gate);
                    cur = next;
                }
                cur.G++;
                Monitor.Exit(cur.Gate);
            }
        """);

    [Fact]
    public Task ElementsAtConstantIndexes_AreDistinct() => Members("""
            readonly object[] _locks = { new(), new() };
            readonly Node[] _nodes = { new(), new() };
            [GuardedBy("_locks[0]")] int _zero;
            [GuardedBy("_locks[1]")] int _one;
            void M()
            {
                lock (_locks[0])
                {
                    _zero++;
                    {|LCK1001:_one|}++;
                }
                lock (_locks[1])
                {
                    _one++;
                    lock (_locks[0]) _zero++;
                }
                lock (_nodes[0].Gate)
                {
                    _nodes[0].G++;
                    _nodes[1].{|LCK1001:G|}++;
                }
            }
            void Variable(int i, int j)
            {
                lock (_nodes[i].Gate)
                {
                    _nodes[i].G++;
                    _nodes[j].{|LCK1001:G|}++;
                    i++;
                    _nodes[i].{|LCK1001:G|}++;
                }
            }
            void Computed(int i)
            {
                lock (_nodes[i % 2].Gate)
                    _nodes[i % 2].G++;
                lock (_nodes[i & 1].Gate)
                    _nodes[i >> 1].{|LCK1001:G|}++;
            }
        """);

    [Fact]
    public Task ValueOfADictionary_ByTheSameKey() => Members("""
            readonly Dictionary<string, object> locks = new();
            readonly Dictionary<string, Node> nodes = new();
            [GuardedBy("locks[\"a\"]")] int _a;
            void Right(string k)
            {
                lock (locks["a"]) _a++;
                lock (nodes[k].Gate) nodes[k].G++;
                var n = nodes[k];
                lock (n.Gate) { n.G++; nodes[k].G++; }
                Monitor.Enter(locks[k]);
                Monitor.Exit(locks[k]);
            }
            void Wrong(string k, string l)
            {
                lock (locks["b"]) {|LCK1001:_a|}++;
                lock (nodes[k].Gate) nodes[l].{|LCK1001:G|}++;
                Monitor.{|LCK1004:Enter|}(locks[k]);
                k = l;
                Monitor.{|LCK1005:Exit|}(locks[k]);
            }
        """);

    [Fact]
    public Task LocksByLiteralArgument_AreDistinct() => Members("""
            readonly object _a = new(), _b = new();
            [GuardedBy("_a")] int _n;
            [ReturnsLock("_a")] object A(string name) => _a;
            object B => _b;
            void Right() { lock (A("x")) _n++; }
            void Wrong() { lock (B) {|LCK1001:_n|}++; }
        """);

    [Fact]
    public Task PropertyThatHoldsALock_IsStable() => Members("""
            public object Sync { get; } = new();
            object Arrow => Sync;
            object Long { get { return this.Sync; } }
            static object Shared { get; } = new();
            public required object Required { get; init; }
            [GuardedBy("Sync")] int _n;
            [GuardedBy("Shared")] static int _s;
            [GuardedBy("Required")] int _r;
            void Right(C c)
            {
                lock (Sync) _n++;
                lock (Arrow) _n++;
                lock (Long) _n++;
                lock (c.Arrow) c._n++;
                lock (Shared) _s++;
                lock (Required) _r++;
            }
            void Wrong(C c) { lock (c.Arrow) {|LCK1001:_n|}++; }
        """);

    [Fact]
    public Task LockThatIsNewAtEachCall_IsAnother() => Members("""
            object Fresh() => new();
            object Property => new object();
            [GuardedBy("Property")] int _n;
            void Wrong()
            {
                lock (Fresh()) {|LCK1001:_n|}++;
                lock (Property) {|LCK1001:_n|}++;
            }
        """);

    [Fact]
    public Task LockMovedWithItsObject_IsReleasedByTheCallee() => Members("""
            private static void Finish(Node node) { node.G++; Monitor.Exit(node.Gate); }
            [ReleasesLock("node.Gate")] public static void Stated(Node node) { node.G++; Monitor.Exit(node.Gate); }
            private static Node Begin(Node node) { Monitor.Enter(node.Gate); return node; }
            [AcquiresLock("return.Gate")] public static Node BeginStated(Node node) { Monitor.Enter(node.Gate); return node; }
            static void Right(Node n)
            {
                Finish(Begin(n));
                Monitor.Enter(n.Gate);
                Stated(n);
                var m = BeginStated(n);
                m.G++;
                Stated(m);
            }
        """);

    [Fact]
    public Task ElementUnderTheLockOfAnotherParent_IsFound() => LocksOnly.VerifyAsync("""
        class Parent
        {
            public readonly object Gate = new();
            public readonly List<Child> Children = new();
        }
        class Child(Parent parent)
        {
            public readonly Parent Parent = parent;
            [GuardedBy("Parent.Gate")] public int N;
        }
        class User
        {
            void Right(Child c) { lock (c.Parent.Gate) c.N++; }
            void RightToo(Child c) { var p = c.Parent; lock (p.Gate) c.N++; }
            void Wrong(Child c, Parent other) { lock (other.Gate) c.{|LCK1001:N|}++; }
        }
        """);

    [Fact]
    public Task ShadowedAndInheritedNames_BindAsInCSharp() => LocksOnly.VerifyAsync("""
        class Base { protected readonly object _gate = new(); [GuardedBy("_gate")] protected int _b; }
        class Derived : Base
        {
            new readonly object _gate = new();
            [GuardedBy("_gate")] int _d;
            [GuardedBy("base._gate")] int _e;
            void M()
            {
                lock (_gate) { _d++; {|LCK1001:_b|}++; }
                lock (base._gate) { {|LCK1001:_d|}++; _b++; }
            }
        }
        """);

    [Fact]
    public Task LockHandedBackByAHelper_IsTheOneItTook() => LocksOnly.VerifyMembersAsync("""
        bool Take(out object gate) { gate = _sync; return Monitor.TryEnter(gate); }
        void TakeOther(out object gate) { gate = _other; Monitor.Enter(gate); }
        void Right() { if (Take(out var gate)) { _k++; Monitor.Exit(gate); } }
        void Wrong() { if ({|LCK1004:Take|}(out var gate)) _k++; }
        void WrongLock() { TakeOther(out var gate); {|LCK1001:_k|}++; Monitor.Exit(gate); }
        """);
}
