namespace LockDiscipline.Tests.Rules;

/// <summary>LCK4004: a value goes to the wrong consumer, twice, or is used afterwards.</summary>
public sealed class LCK4004Tests
{
    [Fact]
    public Task WrongKind_FoundAtTheConsumer() => Lifetimes.VerifyAsync("""
        void M() { var p = mm.Get(1); if (p is null) return; mm.{|LCK4004:Free|}(p); }
        """);

    [Fact]
    public Task Twice_FoundAtTheSecond() => Lifetimes.VerifyAsync("""
        void Straight() { var p = mm.Get(1)!; mm.Put(p); mm.{|LCK4004:Put|}(p); }
        void Branch() { var p = mm.Get(1)!; if (Cond()) mm.Put(p); mm.{|LCK4004:Put|}(p); }
        void Finally() { var p = mm.Get(1)!; try { mm.Put(p); } finally { mm.{|LCK4004:Put|}(p); } }
        void Parameter(Page p) { mm.Put(p); mm.{|LCK4004:Put|}(p); }
        void Helper() { var p = mm.Get(1)!; Give(p); mm.{|LCK4004:Put|}(p); }
        private void Give(Page p) => mm.Put(p);
        """);

    [Fact]
    public Task UsedAfterwards_Found() => Lifetimes.VerifyAsync("""
        void Member() { var p = mm.Get(1)!; mm.Put(p); Console.WriteLine({|LCK4004:p|}.Count); }
        void Passed() { var p = mm.Get(1)!; mm.Put(p); mm.Look({|LCK4004:p|}); }
        Page Returned() { var p = mm.Get(1)!; mm.Put(p); return {|LCK4004:p|}; }
        void Walk(Node? n) { while (n is not null) { Remove(n); n = {|LCK4004:n|}.Next; } }
        class Node { public Node? Next; }
        void Remove([Consumes("node")] Node n) { }
        """);

    [Fact]
    public Task RightKindOnceAndNoUseAfter_Silent() => Lifetimes.VerifyAsync("""
        void Simple() { var p = mm.Get(1)!; Console.WriteLine(p.Count); mm.Put(p); }
        void Arms() { var p = mm.Get(1)!; if (Cond()) { mm.Put(p); return; } mm.Put(p); }
        void Again() { var p = mm.Get(1)!; mm.Put(p); p = mm.Get(2)!; mm.Put(p); }
        void Null() { var p = mm.Get(1); if (p is not null) { mm.Put(p); p = null; } if (p is not null) mm.Put(p); }
        void Flag() { var p = mm.Get(1)!; bool given = false; if (Cond()) { mm.Put(p); given = true; } if (!given) mm.Put(p); }
        void Compared() { var p = mm.Get(1); if (p is not null) mm.Put(p); if (p is null) Console.WriteLine(); }
        void Walk(Node? n) { while (n is not null) { var next = n.Next; Remove(n); n = next; } }
        void Loop(int k) { for (int i = 0; i < k; i++) { var p = mm.Get(i); if (p is null) return; mm.Put(p); } }
        Errno Result() { var r = mm.TryGet(1); if (r.IsError) return r.Error; mm.Put(r.Value); return r.Error; }
        class Node { public Node? Next; }
        void Remove([Consumes("node")] Node n) { }
        """);

    [Fact]
    public Task AnotherValueInALoop_Silent() => Lifetimes.VerifyAsync("""
        bool Pattern(int n)
        {
            for (int i = 0; i < n; i++)
            {
                var first = mm.Get(i);
                if (first is null)
                    return Cond() && mm.Get(i + 1) is { } other ? Give(other) : Cond();
                mm.Put(first);
            }
            return false;
        }
        bool Give([Consumes("page")] Page p) => true;
        bool While() { while (Cond()) { if (mm.Get(1) is { } p) { mm.Put(p); continue; } return mm.Get(2) is { } q && Give(q); } return false; }
        """);

    [Fact]
    public Task HelperThatStatesWhatItHandsOn_TakesItOnce() => Lifetimes.VerifyAsync("""
        void Right() { var p = mm.Get(1)!; Give(p); }
        void Twice() { var p = mm.Get(1)!; Give(p); {|LCK4004:Give|}(p); }
        private void Give([Consumes("page")] Page p) => mm.Put(p);
        """);
}
