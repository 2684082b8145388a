namespace LockDiscipline.Tests.Behaviours;

/// <summary>Two names that the code has found to be of one object, or of two.</summary>
public sealed class SameObjectBehaviours
{
    [Fact]
    public Task NamesFoundEqual_AreOneObject() => LocksOnly.VerifyAsync("""

        public class Node
        {
            public readonly object Gate = new();
            [GuardedBy("Gate")] public int Value;
            public Node? Next;
            public void ReferenceEqual(Node other)
            {
                if (ReferenceEquals(this, other))
                    lock (Gate) other.Value = 1;
                else
                    lock (Gate) other.{|LCK1001:Value|} = 1;
            }
            public void Operator(Node other)
            {
                if (this == other)
                    lock (other.Gate) Value = 1;
                if (other != this)
                    return;
                lock (Gate) other.Value = 2;
            }
            public static void Kept(Node a, Node b)
            {
                bool same = a == b;
                lock (a.Gate)
                {
                    if (same)
                        b.Value = 1;
                    else
                        b.{|LCK1001:Value|} = 2;
                }
            }
            public static void Chain(Node a, Node b, Node c)
            {
                if (a == b && b == c)
                    lock (c.Gate) a.Value = 1;
                if (a == b || b == c)
                    lock (c.Gate) a.{|LCK1001:Value|} = 1;
            }
            public static void Found(Node[] nodes, Node wanted)
            {
                for (int i = 0; i < nodes.Length; i++)
                {
                    if (nodes[i] == wanted)
                        lock (wanted.Gate) nodes[i].Value = 1;
                }
            }
            public static void Cycle(Node a)
            {
                var next = a.Next;
                if (next == a)
                    lock (a.Gate) next.Value = 1;
            }
            public static void AfterTheEnd(Node first, Node last)
            {
                while (first != last)
                {
                    lock (first.Gate) first.Value++;
                    first = first.Next!;
                }
                lock (last.Gate) first.Value = 1;
            }
        }
        """);

    [Fact]
    public Task SecondLockUnlessItIsTheSame_IsBalanced() => LocksOnly.VerifyAsync("""

        public class Node
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;
            public void Right(Node other)
            {
                _gate.Enter();
                if (other != this)
                    other._gate.Enter();
                other._n = 1;
                _n = 2;
                if (!ReferenceEquals(other, this))
                    other._gate.Exit();
                _gate.Exit();
            }
            public void Wrong(Node other)
            {
                _gate.Enter();
                if (other == this)
                    other._gate.{|LCK1006:Enter|}();
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task EqualByAnOwnOperator_IsNotTheSame() => LocksOnly.VerifyAsync("""

        public class Money
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            public static bool operator ==(Money a, Money b) => true;
            public static bool operator !=(Money a, Money b) => false;
            public override bool Equals(object? other) => true;
            public override int GetHashCode() => 0;
            public static void Wrong(Money a, Money b)
            {
                if (a == b)
                    lock (a._gate) b.{|LCK1001:_n|} = 1;
            }
        }
        """);

    [Fact]
    public Task EqualKeys_LeadToOneElement() => LocksOnly.VerifyAsync("""

        public class C
        {
            public class Item { public readonly object Gate = new(); [GuardedBy("Gate")] public int Value; }
            public void Index(Item[] items, int i, int j)
            {
                if (i == j)
                    lock (items[i].Gate) items[j].Value = 1;
                else
                    lock (items[i].Gate) items[j].{|LCK1001:Value|} = 1;
            }
            public void Key(Dictionary<string, Item> items, string a, string b)
            {
                if (a != b)
                    return;
                lock (items[a].Gate)
                    items[b].Value = 1;
            }
        }
        """);
}
