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

    [Fact]
    public Task HeldInAField_Found() => Lifetimes.VerifyAsync("""
        Page _page = new();
        readonly Page _kept = new();
        void Twice() { mm.Put(_page); mm.{|LCK4004:Put|}(_page); }
        void Used() { mm.Put(_kept); mm.Look({|LCK4004:_kept|}); }
        void Branch() { if (Cond()) mm.Put(_page); mm.{|LCK4004:Put|}(_page); }
        void OtherKind(C other) { mm.Put(other._page); mm.Free(other._page); }
        private void Drop() => mm.Put(_page);
        void Helper() { Drop(); {|LCK4004:Drop|}(); }
        """);

    [Fact]
    public Task FieldThatGetsAnotherValue_Silent() => Lifetimes.VerifyAsync("""
        Page _page = new();
        volatile Page _shared = new();
        Page? _maybe;
        Page Current { get; set; } = new();
        public event Action? Changed;
        void Assigned() { mm.Put(_page); _page = mm.Get(1)!; mm.Put(_page); }
        private void Refill() => _page = new();
        public void RefillToo() { _page = new(); }
        void Helper() { mm.Put(_page); Refill(); mm.Put(_page); }
        void Public() { mm.Put(_page); RefillToo(); mm.Put(_page); }
        void Foreign(Action refill) { mm.Put(_page); refill(); mm.Put(_page); }
        void Shared() { mm.Put(_shared); mm.Put(_shared); }
        void Swapped() { mm.Put(_page); Interlocked.Exchange(ref _page, new()); mm.Put(_page); }
        void Cleared() { if (_maybe is not null) { mm.Put(_maybe); _maybe = null; } if (_maybe is not null) mm.Put(_maybe); }
        void Others(C other) { mm.Put(_page); mm.Put(other._page); }
        void Loop() { while (Cond()) { mm.Put(_page); _page = mm.Get(2)!; } }
        async Task Waits() { mm.Put(_page); await Task.Yield(); mm.Put(_page); }
        void Moves(IEnumerator<Page> pages) { while (pages.MoveNext()) { mm.Put(pages.Current); } }
        void Compared() { mm.Put(_page); if (_page is null) Console.WriteLine(); }
        void Other() { _other = new C(); mm.Put(_other._page); _other = new C(); mm.Put(_other._page); }
        C _other = null!;
        """);

    // By one index, until other code may have filled the array again.
    [Fact]
    public Task ElementOfAnArrayInAField_FoundWhereNothingRanInBetween() => Flows.VerifyAsync("""
        public class Ring
        {
            public class Page { public int N; }
            readonly Page?[] _pages = new Page?[16];
            Page?[] _other = [];
            int _head;
            [return: Owned("page")] static Page? Get(int id) => null;
            static void Put([Consumes("page")] Page? p) { }
            static bool Map(Page p) => true;
            void Fill(int i) { _pages[i] = Get(i); }
            public void Release(int i) { Put(_pages[i]); _pages[i] = null; }
            public void Twice(int i) { Put(_pages[i]); {|LCK4004:Put|}(_pages[i]); }
            public void UsedAfter(int i) { Put(_pages[i]); Map({|LCK4004:_pages[i]|}!); }
            public void Refilled(int i) { Put(_pages[i]); Fill(i); Put(_pages[i]); }
            public void Again(int i) { Put(_pages[i]); _pages[i] = Get(i); Put(_pages[i]); _pages[i] = null; }
            public void All() { for (int i = 0; i < 16; i++) Put(_pages[i]); }
            public void AllTwice(int n) { for (int i = 0; i < n; i++) { Put(_pages[i]); if (i > 3) {|LCK4004:Put|}(_pages[i]); } }
            public void Next() { Put(_pages[_head]); _head = (_head + 1) % 16; Put(_pages[_head]); }
            public void Step() { Put(_pages[_head++]); Put(_pages[_head++]); }
            public void Cleared() { foreach (var p in _pages) Put(p); Array.Clear(_pages); foreach (var p in _pages) Put(p); }
            public void Swapped(int i) { Put(_other[i]); _other = new Page?[4]; Put(_other[i]); }
            public async Task Waited(int i) { Put(_pages[i]); await Task.Yield(); Put(_pages[i]); }
            public void Undo(int n)
            {
                int i;
                for (i = 0; i < n; i++)
                {
                    _pages[i] = Get(i);
                    if (_pages[i] is null) goto undo;
                }
                return;
            undo:
                while (--i >= 0) { Put(_pages[i]); _pages[i] = null; }
            }
            public void While(Func<bool> c) { while (c()) { Put(_pages[0]); } }
            public void Two(int a, int b) { Put(_pages[a]); Put(_pages[b]); }
            public void TwoArrays(int a) { Put(_pages[a]); Put(_other[a]); }
        }
        """);
}
