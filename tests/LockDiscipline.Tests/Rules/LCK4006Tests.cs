namespace LockDiscipline.Tests.Rules;

/// <summary>LCK4006: a release is given the token of another acquire.</summary>
public sealed class LCK4006Tests
{
    [Fact]
    public Task WrongToken_FoundAtTheRelease() => Lifetimes.VerifyAsync("""
        readonly Srcu other = new();
        void Constant() { mm.Srcu.ReadLock(); mm.Srcu.{|LCK4006:ReadUnlock|}(0); }
        void OtherLock() { var i = mm.Srcu.ReadLock(); var j = other.ReadLock(); mm.Srcu.{|LCK4006:ReadUnlock|}(j); other.{|LCK4006:ReadUnlock|}(i); }
        void Overwritten() { var i = mm.Srcu.ReadLock(); i = Again(); mm.Srcu.{|LCK4006:ReadUnlock|}(i); }
        int Again() => 3;
        """);

    [Fact]
    public Task OwnToken_Silent() => Lifetimes.VerifyAsync("""
        readonly Srcu other = new();
        int _index;
        void Simple() { var i = mm.Srcu.ReadLock(); mm.Srcu.ReadUnlock(i); }
        void Two() { var i = mm.Srcu.ReadLock(); var j = other.ReadLock(); mm.Srcu.ReadUnlock(i); other.ReadUnlock(j); }
        void Finally() { var i = mm.Srcu.ReadLock(); try { Cond(); } finally { mm.Srcu.ReadUnlock(i); } }
        void Loop() { int i = mm.Srcu.ReadLock(); while (Cond()) { mm.Srcu.ReadUnlock(i); i = mm.Srcu.ReadLock(); } mm.Srcu.ReadUnlock(i); }
        void Field() { _index = mm.Srcu.ReadLock(); mm.Srcu.ReadUnlock(_index); }
        [ReleasesLock("mm.Srcu", Shared = true)] void ForCaller([LockToken] int i) => mm.Srcu.ReadUnlock(i);
        """);

    [Fact]
    public Task ThroughHelpers() => Lifetimes.VerifyAsync("""
        readonly Srcu other = new();
        readonly Nesting nesting = new();
        [Lock("srcu", Reentrant = true)]
        class Nesting
        {
            [AcquiresLock(Shared = true)] [return: LockToken] public int ReadLock() => 0;
            [ReleasesLock(Shared = true)] public void ReadUnlock([LockToken] int index) { }
        }
        private int Enter() => mm.Srcu.ReadLock();
        private void Leave(int index) => mm.Srcu.ReadUnlock(index);
        private int Nest() => nesting.ReadLock();
        private void Unnest(int index) => nesting.ReadUnlock(index);
        void Right() { int i = Enter(); Leave(i); }
        void Nested() { int i = Nest(); int j = Nest(); Unnest(j); Unnest(i); }
        void Direct() { int i = nesting.ReadLock(); int j = nesting.ReadLock(); nesting.ReadUnlock(j); nesting.{|LCK4006:ReadUnlock|}(j); }
        void Twice() { int i = Nest(); int j = Nest(); Unnest(j); {|LCK4006:Unnest|}(j); }
        void Constant() { int i = Enter(); {|LCK4006:Leave|}(0); }
        void Other() { int i = Enter(); int j = other.ReadLock(); {|LCK4006:Leave|}(j); other.ReadUnlock(j); }
        """);

    // Kept somewhere and fetched again: it may well be the right one.
    [Fact]
    public Task TokenOutOfATupleOrACollection_Silent() => Flows.VerifyAsync("""
        [Lock("srcu", Reentrant = true)]
        public class Srcu
        {
            [AcquiresLock(Shared = true)] [return: LockToken] public int Enter() => 0;
            [ReleasesLock(Shared = true)] public void Leave([LockToken] int index) { }
        }
        public class C
        {
            readonly Srcu _a = new();
            void Tuple() { var both = (_a.Enter(), 1); _a.Leave(both.Item1); }
            void Stack(Stack<int> held) { held.Push(_a.Enter()); _a.Leave(held.Pop()); }
            void Given(int other) { var index = _a.Enter(); _a.{|LCK4006:Leave|}(other); }
            record struct Section(int Index, int Depth);
            void Record() { var section = new Section(_a.Enter(), 1); _a.Leave(section.Index); }
            void OtherOfRecord() { var section = new Section(_a.Enter(), 1); _a.{|LCK4006:Leave|}(section.Depth); }
            void OtherPart() { var both = (_a.Enter(), 1); _a.{|LCK4006:Leave|}(both.Item2); }
        }
        """);
}
