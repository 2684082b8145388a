namespace LockDiscipline.Tests.Behaviours;

/// <summary>Objects that nobody else knows: made by a factory, part of another one, one for each thread.</summary>
public sealed class FreshResultBehaviours
{
    [Fact]
    public Task ObjectFromAFactory_IsItsCallersAlone() => LocksOnly.VerifyAsync("""

        public class Node
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] public int Value;
            public Node? Next;
            static Node? s_head;
            static Node Make() { var node = new Node(); node.Value = 1; return node; }
            static Node MakeByInitializer() => new Node { Value = 2 };
            static Node MakeByAnother() => Make();
            static async Task<Node> MakeLater() { await Task.Yield(); return new Node(); }
            static Node MakeKnown() { var node = new Node(); s_head = node; return node; }
            static Node MakeOrTake(bool make) => make ? new Node() : s_head!;
            static void Right()
            {
                var a = Make();
                a.Value = 3;
                MakeByInitializer().Value = 4;
                MakeByAnother().Value = 5;
                Activator.CreateInstance<Node>().Value = 6;
            }
            static async Task RightLater()
            {
                var node = await MakeLater();
                node.Value = 7;
            }
            Node Copy()
            {
                var copy = (Node)MemberwiseClone();
                copy.Value = 8;
                return copy;
            }
            static void Wrong()
            {
                MakeKnown().{|LCK1001:Value|} = 9;
                MakeOrTake(true).{|LCK1001:Value|} = 10;
                var node = Make();
                s_head = node;
                node.{|LCK1001:Value|} = 11;
            }
        }
        """);

    [Fact]
    public Task PartOfAFreshObject_IsFreshUntilThatIsKnown() => LocksOnly.VerifyAsync("""

        public class Node
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] public int Value;
            public Node? Next;
            static Node? s_head;
            static void Right()
            {
                var node = new Node { Next = new Node { Value = 1 } };
                node.Next!.Value = 2;
                Node? list = null;
                for (int i = 0; i < 3; i++)
                {
                    var added = new Node { Next = list };
                    added.Value = i;
                    list = added;
                }
                list!.Value = 3;
                GC.KeepAlive(list);
                list.Value = 4;
            }
            static void Wrong()
            {
                var inner = new Node();
                var outer = new Node { Next = inner };
                inner.Value = 1;
                s_head = outer;
                inner.{|LCK1001:Value|} = 2;
            }
            static void WrongInitialised()
            {
                s_head = new Node { Value = 1 };
                s_head.{|LCK1001:Value|} = 2;
            }
        }
        """);

    [Fact]
    public Task WhatEachThreadHasForItself_NeedsNoLock() => LocksOnly.VerifyAsync("""

        public class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] int _n;
            [ThreadStatic] static C? t_own;
            static C? s_shared;
            static readonly ThreadLocal<C> Local = new(() => new C());
            static readonly AsyncLocal<C> Flow = new();
            static void Right()
            {
                t_own!._n = 1;
                Local.Value!._n = 2;
                Flow.Value!._n = 3;
            }
            static void Wrong() => s_shared!.{|LCK1001:_n|} = 4;
        }
        """);

    [Fact]
    public Task LocalFunction_KnowsTheObjectsAroundIt() => LocksOnly.VerifyAsync("""

        public class C
        {
            public class Node { public readonly object Gate = new(); [GuardedBy("Gate")] public int Value; }
            public void Fresh()
            {
                var node = new Node();
                Set();
                void Set() => node.Value = 1;
            }
            public void Held(Node node)
            {
                lock (node.Gate)
                    Set();
                void Set() => node.Value = 1;
            }
            public void Wrong(Node node)
            {
                lock (node.Gate)
                    Set();
                {|LCK1002:Set|}();
                void Set() => node.Value = 1;
            }
        }
        """);
}
