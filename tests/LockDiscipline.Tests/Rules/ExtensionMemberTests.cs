namespace LockDiscipline.Tests.Rules;

/// <summary>Members of <c>extension</c> blocks: their contracts speak of the extended object by the block's parameter.</summary>
public sealed class ExtensionMemberTests
{
    const string Extensions = """
        public class Node { public readonly Gate Lock = new(); public int Value; }

        public static class Nodes
        {
            extension(Node node)
            {
                [RequiresLock("node.Lock")] public int Peek() => node.Value;
                [RequiresLock("node.Lock")] public int PeekBy(int factor) => node.Value * factor;
                [AcquiresLock("node.Lock")] public void Freeze() => node.Lock.Enter();
                [ReleasesLock("node.Lock")] public void Thaw() => node.Lock.Exit();
                public int Latest
                {
                    [RequiresLock("node.Lock")] get => node.Value;
                    [RequiresLock("node.Lock")] set => node.Value = value;
                }
            }

            extension(Node)
            {
                [RequiresLock("Registry.Gate")] public static Node Make() => new();
            }

            [RequiresLock("node.Lock")] public static int Old(this Node node) => node.Value;
        }

        public static class Registry { public static readonly Gate Gate = new(); }

        """;

    [Fact]
    public Task ReceiverSubstituted() => Flows.VerifyAsync(Extensions + """
        public class C
        {
            int Bare(Node node) => node.{|LCK1002:Peek|}() + node.{|LCK1002:PeekBy|}(2) + node.{|LCK1002:Old|}();

            int Other(Node a, Node b)
            {
                using (a.Lock.Open())
                    return a.Peek() + b.{|LCK1002:Peek|}();
            }

            int Property(Node node) => node.{|LCK1002:Latest|};
            void Set(Node node) => node.{|LCK1002:Latest|} = 1;

            int Locked(Node node)
            {
                node.Freeze();
                int value = node.Peek() + node.PeekBy(3) + node.Old() + node.Latest;
                node.Latest = 2;
                node.Thaw();
                return value;
            }

            void Leaves(Node node)
            {
                node.{|LCK1004:Freeze|}();
            }

            int AsStatic(Node node) => Nodes.{|LCK1002:Peek|}(node);
            Node Static() => Node.{|LCK1002:Make|}();
        }
        """);

    [Fact]
    public Task BodyChecked_WithItsContract() => Flows.VerifyAsync("""
        public class Box { public readonly Gate Lock = new(); [GuardedBy("Lock")] public int Value; }

        public static class Boxes
        {
            extension(Box box)
            {
                public int Bare() => box.{|LCK1001:Value|};
                [RequiresLock("box.Lock")] public int Stated() => box.Value;

                public int Locks()
                {
                    using (box.Lock.Open())
                        return box.Value;
                }

                public int Both => box.{|LCK1001:Value|};
            }
        }
        """);
}
