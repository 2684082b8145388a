namespace LockDiscipline.Tests.KernelBugs;

/// <summary>References that are counted: put on the wrong path, too early, or by nobody.</summary>
public sealed class ReferenceTests
{
    const string Tree = """
        public class Node { public int Reg; public readonly Gate Lock = new(); public Node? Parent; }
        public static class Of
        {
            // Walks the children: puts the one before, gets the next.
            [return: Owned("node")] public static Node? Next(Node parent, [Consumes("node")] Node? before) => null;
            [return: Owned("node")] public static Node? Find(string name) => null;
            public static void Put([Consumes("node")] Node? node) { }
            public static bool IsRight(Node node) => true;
            public static Errno Probe(Node node) => Errno.Success;
            public static Errno Register([Consumes("node")] Node node) => Errno.Success;
            public static bool Cond() => true;
        }

        """;

    /// <summary>
    /// <c>for_each_child_of_node</c> holds a reference on the child at hand: whoever leaves the loop early has to put it. Hundreds of drivers did not.
    /// </summary>
    [Fact]
    public Task LoopOverChildrenLeftEarly_DeviceTree() => Kernel.VerifyAsync(Tree + """
        public class Driver
        {
            public Errno ProbeAll(Node parent)
            {
                for (var child = Of.{|LCK4003:Next|}(parent, null); child is not null; child = Of.{|LCK4003:Next|}(parent, child))
                {
                    var ret = Of.Probe(child);
                    if (ret != Errno.Success)
                        return ret;
                }

                return Errno.Success;
            }

            public Errno Fixed(Node parent)
            {
                for (var child = Of.Next(parent, null); child is not null; child = Of.Next(parent, child))
                {
                    var ret = Of.Probe(child);
                    if (ret != Errno.Success)
                    {
                        Of.Put(child);
                        return ret;
                    }
                }

                return Errno.Success;
            }

            public Node? FoundOne(Node parent)
            {
                for (var child = Of.Next(parent, null); child is not null; child = Of.Next(parent, child))
                {
                    if (Of.IsRight(child))
                        return child;
                }

                return null;
            }

            public int Broken(Node parent)
            {
                Node? child;
                for (child = Of.Next(parent, null); child is not null; child = Of.Next(parent, child))
                {
                    if (Of.IsRight(child))
                        break;
                }

                int reg = child is null ? -1 : child.Reg;
                Of.Put(child);
                return reg;
            }
        }
        """);

    /// <summary>The object is put, and its lock is released after that: the last put frees the lock as well (<c>mutex_unlock</c> behind <c>kref_put</c>).</summary>
    [Fact]
    public Task LockReleasedAfterTheLastPut() => Kernel.VerifyAsync(Tree + """
        public class Driver
        {
            public void Remove(string name)
            {
                var node = Of.Find(name);
                if (node is null)
                    return;
                node.Lock.Enter();
                node.Reg = 0;
                Of.Put(node);
                {|LCK4004:node|}.Lock.Exit();
            }

            public void Fixed(string name)
            {
                var node = Of.Find(name);
                if (node is null)
                    return;
                node.Lock.Enter();
                node.Reg = 0;
                node.Lock.Exit();
                Of.Put(node);
            }
        }
        """);

    /// <summary>The callee takes the reference over, whether it succeeds or not; the error label puts it once more.</summary>
    [Fact]
    public Task PutAgainAtTheErrorLabel() => Kernel.VerifyAsync(Tree + """
        public class Driver
        {
            public Errno Attach(string name, bool probe)
            {
                var node = Of.Find(name);
                if (node is null)
                    return Errno.NoMemory;
                Errno ret;
                if (probe)
                {
                    ret = Of.Probe(node);
                    if (ret != Errno.Success)
                        goto put;
                }

                ret = Of.Register(node);
                if (ret != Errno.Success)
                    goto put;
                return Errno.Success;
            put:
                Of.{|LCK4004:Put|}(node);
                return ret;
            }

            public Errno Fixed(string name, bool probe)
            {
                var node = Of.Find(name);
                if (node is null)
                    return Errno.NoMemory;
                Errno ret;
                if (probe)
                {
                    ret = Of.Probe(node);
                    if (ret != Errno.Success)
                        goto put;
                }

                return Of.Register(node);
            put:
                Of.Put(node);
                return ret;
            }
        }
        """);

    /// <summary>Each round of the retry takes a reference; only the last one is put.</summary>
    [Fact]
    public Task RetryTakesAnotherReference() => Kernel.VerifyAsync(Tree + """
        public class Driver
        {
            public int Lookup(string name)
            {
            retry:
                var node = Of.{|LCK4003:Find|}(name);
                if (node is null)
                    return -2;
                if (!Of.IsRight(node))
                    goto retry;
                int reg = node.Reg;
                Of.Put(node);
                return reg;
            }

            public int Fixed(string name)
            {
            retry:
                var node = Of.Find(name);
                if (node is null)
                    return -2;
                if (!Of.IsRight(node))
                {
                    Of.Put(node);
                    goto retry;
                }

                int reg = node.Reg;
                Of.Put(node);
                return reg;
            }

            public int Bounded(string name)
            {
                for (int i = 0; i < 3; i++)
                {
                    var node = Of.{|LCK4003:Find|}(name);
                    if (node is null)
                        continue;
                    if (!Of.IsRight(node))
                        continue;
                    Of.Put(node);
                    return 0;
                }

                return -1;
            }
        }
        """);

    /// <summary>The reference to the parent is put before the parent is read (as in several <c>of_get_parent</c> walks).</summary>
    [Fact]
    public Task ParentReadAfterThePut() => Kernel.VerifyAsync(Tree + """
        public class Driver
        {
            public int Depth(string name)
            {
                int depth = 0;
                var node = Of.Find(name);
                while (node is not null)
                {
                    Of.Put(node);
                    node = {|LCK4004:node|}.Parent;
                    depth++;
                }

                return depth;
            }

            public int Reg(string name)
            {
                var node = Of.Find(name);
                Of.Put(node);
                return node is null ? -1 : {|LCK4004:node|}.Reg;
            }

            public int Fixed(string name)
            {
                var node = Of.Find(name);
                int reg = node is null ? -1 : node.Reg;
                Of.Put(node);
                return reg;
            }
        }
        """);

    /// <summary>Two references, undone in the order of labels: one jump goes to the label behind the one it needs.</summary>
    [Fact]
    public Task JumpToTheWrongLabel() => Kernel.VerifyAsync(Tree + """
        public class Driver
        {
            public Errno Link()
            {
                var ret = Errno.NoMemory;
                var a = Of.{|LCK4003:Find|}("a");
                if (a is null)
                    return ret;
                var b = Of.Find("b");
                if (b is null)
                    goto end;
                ret = Of.Probe(b);
                if (ret != Errno.Success)
                    goto putB;
                Of.Put(b);
                Of.Put(a);
                return Errno.Success;
            putB:
                Of.Put(b);
                Of.Put(a);
            end:
                return ret;
            }

            public Errno Fixed()
            {
                var ret = Errno.NoMemory;
                var a = Of.Find("a");
                if (a is null)
                    return ret;
                var b = Of.Find("b");
                if (b is null)
                    goto putA;
                ret = Of.Probe(b);
                Of.Put(b);
            putA:
                Of.Put(a);
                return ret;
            }
        }
        """);
}
