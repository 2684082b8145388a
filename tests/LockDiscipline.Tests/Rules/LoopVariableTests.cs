namespace LockDiscipline.Tests.Rules;

/// <summary>A lock that a variable of a loop starts from is the same lock in every round, wherever the variable has gone.</summary>
public sealed class LoopVariableTests
{
    [Fact]
    public Task ListIsWalkedUnderTheLockOfItsHead_Silent() => Flows.VerifyAsync("""
        class Node { public Node Next; public bool Removed; }
        class C
        {
            static Node Head() => null;
            int _n;
            public Node InTwoSteps()
            {
                var head = Head();
                lock (head)
                {
                    var at = head;
                    while (true)
                    {
                        if (!at.Removed)
                            return at;
                        var next = at.Next;
                        if (next == null)
                        {
                            next = new Node();
                            at.Next = next;
                            return next;
                        }
                        at = next;
                    }
                }
            }
            public void OneBehindTheOther()
            {
                var head = Head();
                Monitor.Enter(head);
                Node at = head, next = null;
                while (_n-- > 0)
                {
                    at = next;
                    next = Head();
                }
                Monitor.Exit(head);
            }
            public void ClearedInTheLoop(int rounds)
            {
                var head = Head();
                Monitor.Enter(head);
                var at = head;
                for (int i = 0; i < rounds; i++)
                    at = at == null ? Head() : null;
                Monitor.Exit(head);
            }
        }
        """);

    [Fact]
    public Task TheOneReachedIsReleased_Found() => Flows.VerifyAsync("""
        class Node { public Node Next; }
        class C
        {
            static Node Head() => null;
            int _n;
            public void M()
            {
                var head = Head();
                Monitor.{|LCK1004:Enter|}(head);
                Node at = head, next = null;
                while (_n-- > 0)
                {
                    next = at.Next;
                    at = next;
                }
                Monitor.{|LCK1005:Exit|}(next);
            }
            public void ForgottenInTheLoop()
            {
                var head = Head();
                Monitor.{|LCK1004:Enter|}(head);
                var at = head;
                while (_n-- > 0)
                {
                    var next = at.Next;
                    if (next == null)
                        return;
                    at = next;
                }
                Monitor.Exit(head);
            }
        }
        """);
}
