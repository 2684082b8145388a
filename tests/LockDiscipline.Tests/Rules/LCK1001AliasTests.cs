namespace LockDiscipline.Tests.Rules;

/// <summary>Which lock it is: aliases, elements, names that hide each other.</summary>
public sealed class LCK1001AliasTests
{
    [Fact]
    public Task ShadowedNames_BindAsInCSharp() => Flows.VerifyAsync("""
        class Gate2 { }
        class P
        {
            readonly object Gate2 = new();
            readonly object _gate = new();
            [GuardedBy("Gate2")] int _x;
            [GuardedBy("_gate")] int _y;
            public void M(object _gate)
            {
                lock (Gate2) _x = 1;
                lock (_gate) {|LCK1001:_y|} = 1;
                lock (this._gate) _y = 1;
            }
            [RequiresLock("_gate")] void N(object _gate) => {|LCK1001:_y|} = 1;
        }
        """);

    [Fact]
    public Task DerivedShadowsTheLock() => Flows.VerifyAsync("""
        class Base
        {
            internal readonly object Gate = new();
            [GuardedBy("Gate")] protected int X;
        }
        class Derived : Base
        {
            new readonly object Gate = new();
            void M()
            {
                lock (Gate) {|LCK1001:X|} = 1;
                lock (base.Gate) X = 1;
                lock (((Base)this).Gate) X = 1;
            }
        }
        """);

    [Fact]
    public Task AliasesStayOnTheOldObject() => Flows.VerifyAsync("""
        class Node
        {
            public readonly object Gate = new();
            public Node Next;
            [GuardedBy("Gate")] public int X;
        }
        class P
        {
            void Reassigned(Node node)
            {
                var kept = node;
                lock (node.Gate)
                {
                    node = node.Next;
                    kept.X = 1;
                    node.{|LCK1001:X|} = 2;
                }
            }
            void Members(Node node)
            {
                lock (node.Next.Gate)
                {
                    node.Next.X = 1;
                    node.Next = new Node();
                    node.Next = null;
                    node.Next.{|LCK1001:X|} = 1;
                }
            }
            void Swap(Node a, Node b)
            {
                lock (a.Gate)
                {
                    (a, b) = (b, a);
                    b.X = 1;
                    a.{|LCK1001:X|} = 1;
                }
            }
            void Ref(Node a, Node b)
            {
                ref var r = ref a;
                lock (r.Gate)
                {
                    a.X = 1;
                    r = b;
                    a.{|LCK1001:X|} = 1;
                }
            }
            void Out(Node a)
            {
                lock (a.Gate)
                {
                    Replace(out a);
                    a.{|LCK1001:X|} = 1;
                }
            }
            void Value(Node a)
            {
                lock (a.Gate)
                {
                    Keep(a);
                    KeepIn(in a);
                    a.X = 1;
                }
            }
            static void Replace(out Node n) => n = new Node();
            static void Keep(Node n) { }
            static void KeepIn(in Node n) { }
        }
        """);

    [Fact]
    public Task ArrayAndDictionaryElements() => Flows.VerifyAsync("""
        class Bucket
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public int X;
        }
        class P
        {
            readonly Bucket[] _buckets = new Bucket[4];
            readonly Dictionary<string, Bucket> _map = new();
            void M(int i, int j, string key)
            {
                lock (_buckets[0].Gate) { _buckets[0].X = 1; _buckets[1].{|LCK1001:X|} = 1; }
                lock (_buckets[i].Gate) { _buckets[i].X = 1; _buckets[j].{|LCK1001:X|} = 1; i++; _buckets[i].{|LCK1001:X|} = 1; }
                lock (_map[key].Gate) _map[key].X = 1;
                lock (_map["a"].Gate) { _map["a"].X = 1; _map["b"].{|LCK1001:X|} = 1; }
                foreach (var bucket in _buckets)
                    lock (bucket.Gate) bucket.X++;
                for (int k = 0; k < _buckets.Length; k++)
                    lock (_buckets[k].Gate) _buckets[k].X++;
            }
        }
        """);

    [Fact]
    public Task LockedGetters_StableAndUnstable() => Flows.VerifyAsync("""
        class P
        {
            readonly object _gate = new();
            public object Sync { get; } = new();
            object Alias => _gate;
            object Block { get { return this._gate; } }
            [ReturnsLock("_gate")] object Get() => _gate;
            object Unknown() => new object();
            [GuardedBy("_gate")] int _x;
            [GuardedBy("Sync")] int _y;
            [GuardedBy("Alias")] int _z;
            void M()
            {
                lock (Alias) _x = 1;
                lock (Block) _x = 1;
                lock (Get()) _x = 1;
                lock (Sync) _y = 1;
                lock (_gate) _z = 1;
                lock (Alias) _z = 1;
                lock (Unknown()) {|LCK1001:_x|} = 1;
            }
        }
        """);
}
