using LockDiscipline.CodeFixes;
using Test = LockDiscipline.Tests.Fixes.LifetimeFix<LockDiscipline.CodeFixes.LCK4004RightReleaseFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK4004RightReleaseFixTests
{
    const string List = """
            class Node { public Node? Next; public int Size; }
            static Node? After(Node n) => n.Next;
            void Remove([Consumes("node")] Node n) { }

        """;

    [Fact]
    public Task WrongKind_ReleaseOfItsKind() => Test.VerifyAsync("""
            void M()
            {
                var page = mm.Get(1);
                if (page is null) return;
                mm.{|LCK4004:Free|}(page); // done
            }
            static class Slots { public static void Drop([Consumes("slot")] Page page) { } }
            void Elsewhere(Mm other) { var page = other.Get(1)!; Slots.{|LCK4004:Drop|}(page); }
        """, """
            void M()
            {
                var page = mm.Get(1);
                if (page is null) return;
                mm.Put(page); // done
            }
            static class Slots { public static void Drop([Consumes("slot")] Page page) { } }
            void Elsewhere(Mm other) { var page = other.Get(1)!; other.Put(page); }
        """, LCK4004RightReleaseFix.KindKey);

    [Fact]
    public Task Twice_SecondDropped() => Test.VerifyAsync("""
            void M()
            {
                var page = mm.Get(1)!;
                mm.Put(page);
                mm.Look(new Page());
                mm.{|LCK4004:Put|}(page); // again
            }
        """, """
            void M()
            {
                var page = mm.Get(1)!;
                mm.Put(page);
                mm.Look(new Page());
            }
        """, LCK4004RightReleaseFix.TwiceKey);

    [Fact]
    public Task TwiceOnOnePathOrInFinally_NoFix() => Test.VerifyNoneAsync("""
            void Branch() { var page = mm.Get(1)!; if (Cond()) mm.Put(page); mm.{|LCK4004:Put|}(page); }
            void Finally() { var page = mm.Get(1)!; try { mm.Put(page); } finally { mm.{|LCK4004:Put|}(page); } }
        """);

    [Fact]
    public Task WalkThatRemoves_NextFetchedFirst() => Test.VerifyAsync(List + """
            void While(Node? n)
            {
                while (n is not null)
                {
                    // Out of the list.
                    Remove(n);
                    n = {|LCK4004:n|}.Next;
                }
            }
            void Call(Node? n) { while (n is not null) { Remove(n); n = After({|LCK4004:n|}); } }
            void For(Node? first)
            {
                for (Node? n = first; n is not null; n = {|LCK4004:n|}.Next)
                    Remove(n);
            }
        """, List + """
            void While(Node? n)
            {
                while (n is not null)
                {
                    // Out of the list.
                    var next = n.Next;
                    Remove(n);
                    n = next;
                }
            }
            void Call(Node? n) { while (n is not null) { var next = After(n); Remove(n); n = next; } }
            void For(Node? first)
            {
                Node? next;
                for (Node? n = first; n is not null; n = next)
                {
                    next = n.Next;
                    Remove(n);
                }
            }
        """);

    [Fact]
    public Task UsedAfterwards_ReleasedLater() => Test.VerifyAsync("""
            int Returned()
            {
                var page = mm.Get(1)!;
                mm.Put(page);
                return {|LCK4004:page|}.Count;
            }
            void Used()
            {
                var page = mm.Get(1)!;
                mm.Put(page); // given back
                mm.Look({|LCK4004:page|});
                Console.WriteLine(page.Count);
            }
        """, """
            int Returned()
            {
                var page = mm.Get(1)!;
                var result = page.Count;
                mm.Put(page);
                return result;
            }
            void Used()
            {
                var page = mm.Get(1)!;
                mm.Look(page);
                Console.WriteLine(page.Count);
                mm.Put(page); // given back
            }
        """);

    [Fact]
    public Task ReturnedItself_NoFix() => Test.VerifyNoneAsync("""
            Page M() { var page = mm.Get(1)!; mm.Put(page); return {|LCK4004:page|}; }
        """);
}
