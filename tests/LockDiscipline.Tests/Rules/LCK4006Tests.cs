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
}
