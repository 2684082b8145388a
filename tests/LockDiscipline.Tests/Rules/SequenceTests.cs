namespace LockDiscipline.Tests.Rules;

/// <summary>LCK5001 and LCK5002: sample, fetch, lock, recheck, commit.</summary>
public sealed class SequenceTests
{
    [Fact]
    public Task NoRecheck_FoundAtTheCommit() => Lifetimes.VerifyAsync("""
        void None(ulong g) { var s = mm.Sequence; var p = mm.GetPfn(g); mm.MmuLock.Enter(); mm.{|LCK5001:Map|}(p); mm.MmuLock.Exit(); }
        void Ignored(ulong g) { var s = mm.Sequence; var p = mm.GetPfn(g); mm.MmuLock.Enter(); mm.IsStale(s); mm.{|LCK5001:Map|}(p); mm.MmuLock.Exit(); }
        void NoLock(ulong g) { var s = mm.Sequence; var p = mm.GetPfn(g); if (mm.IsStale(s)) return; mm.{|LCK5001:Map|}(p); }
        void BeforeTheLock(ulong g) { var s = mm.Sequence; var p = mm.GetPfn(g); if (mm.IsStale(s)) return; mm.MmuLock.Enter(); mm.{|LCK5001:Map|}(p); mm.MmuLock.Exit(); }
        void Dropped(ulong g)
        {
            var s = mm.Sequence; var p = mm.GetPfn(g);
            mm.MmuLock.Enter();
            if (mm.IsStale(s)) { mm.MmuLock.Exit(); return; }
            mm.MmuLock.Exit();
            mm.MmuLock.Enter();
            mm.{|LCK5001:Map|}(p);
            mm.MmuLock.Exit();
        }
        void SomePages(ulong g, bool isPrivate)
        {
            var s = mm.Sequence; var p = mm.GetPfn(g);
            mm.MmuLock.Enter();
            if (!isPrivate && mm.IsStale(s)) { mm.MmuLock.Exit(); return; }
            mm.{|LCK5001:Map|}(p);
            mm.MmuLock.Exit();
        }
        void Nothing(int p) { mm.MmuLock.Enter(); mm.{|LCK5001:Map|}(p); mm.MmuLock.Exit(); }
        public void Public(int p) => mm.{|LCK5001:Map|}(p);
        """.Replace("void Nothing", "public void Nothing").Replace("mm.IsStale(s); mm.", "_ = mm.IsStale(s); mm."));

    [Fact]
    public Task FetchBeforeTheSample_FoundAtTheFetch() => Lifetimes.VerifyAsync("""
        void Late(ulong g)
        {
            var p = mm.{|LCK5002:GetPfn|}(g);
            var s = mm.Sequence;
            mm.MmuLock.Enter();
            if (!mm.IsStale(s))
                mm.Map(p);
            mm.MmuLock.Exit();
        }
        """);

    [Fact]
    public Task Rechecked_Silent() => Lifetimes.VerifyAsync("""
        void Right(ulong g)
        {
            var s = mm.Sequence; var p = mm.GetPfn(g);
            mm.MmuLock.Enter();
            if (!mm.IsStale(s))
                mm.Map(p);
            mm.MmuLock.Exit();
        }
        void Retry(ulong g)
        {
            while (true)
            {
                var s = mm.Sequence;
                var p = mm.GetPfn(g);
                mm.MmuLock.Enter();
                if (mm.IsStale(s)) { mm.MmuLock.Exit(); continue; }
                mm.Map(p);
                mm.MmuLock.Exit();
                return;
            }
        }
        void Goto(ulong g)
        {
        again:
            int s = mm.Sequence; var p = mm.GetPfn(g);
            mm.MmuLock.Enter();
            bool stale = mm.IsStale(s);
            if (stale) { mm.MmuLock.Exit(); goto again; }
            mm.Map(p);
            mm.MmuLock.Exit();
        }
        """);

    [Fact]
    public Task InHelpers_FollowedThroughTheCalls() => Lifetimes.VerifyAsync("""
        private int Fetch(ulong g) => mm.GetPfn(g);
        private bool Stale(int s) => mm.IsStale(s);
        private void Install(int p) => mm.Map(p);
        void Right(ulong g) { var s = mm.Sequence; var p = Fetch(g); mm.MmuLock.Enter(); if (!Stale(s)) Install(p); mm.MmuLock.Exit(); }
        void Wrong(ulong g) { var s = mm.Sequence; var p = Fetch(g); mm.MmuLock.Enter(); {|LCK5001:Install|}(p); mm.MmuLock.Exit(); }
        void Late(ulong g) { var p = {|LCK5002:Fetch|}(g); var s = mm.Sequence; mm.MmuLock.Enter(); if (!Stale(s)) Install(p); mm.MmuLock.Exit(); }
        """);

    [Fact]
    public Task InHelpersThatStateTheirLock_FollowedAllTheSame() => Lifetimes.VerifyAsync("""
        [RequiresLock("mm.MmuLock")] private bool Stale(int s) => mm.IsStale(s);
        [RequiresLock("mm.MmuLock")] private void Install(int p) => mm.Map(p);
        [RequiresLock("mm.MmuLock")] private void InstallUnlessStale(int s, int p) { if (!mm.IsStale(s)) mm.Map(p); }
        [RequiresLock("mm.MmuLock")] private void InstallUnless(bool isPrivate, int s, int p) { if (isPrivate || !mm.IsStale(s)) mm.Map(p); }
        void Right(ulong g) { var s = mm.Sequence; var p = mm.GetPfn(g); mm.MmuLock.Enter(); if (!Stale(s)) Install(p); mm.MmuLock.Exit(); }
        void InOne(ulong g) { var s = mm.Sequence; var p = mm.GetPfn(g); mm.MmuLock.Enter(); InstallUnlessStale(s, p); mm.MmuLock.Exit(); }
        void Wrong(ulong g) { var s = mm.Sequence; var p = mm.GetPfn(g); mm.MmuLock.Enter(); {|LCK5001:Install|}(p); mm.MmuLock.Exit(); }
        void Skipped(ulong g, bool isPrivate) { var s = mm.Sequence; var p = mm.GetPfn(g); mm.MmuLock.Enter(); {|LCK5001:InstallUnless|}(isPrivate, s, p); mm.MmuLock.Exit(); }
        """);

    /// <summary>The helper rechecks and commits; whether the sample came in time is for its caller.</summary>
    [Fact]
    public Task HelperRechecksAndCommits_SampleIsItsCallers() => Lifetimes.VerifyAsync("""
        private bool Install(int p, int s) { mm.MmuLock.Enter(); bool ok = !mm.IsStale(s); if (ok) mm.Map(p); mm.MmuLock.Exit(); return ok; }
        private bool Forward(int p, int s) => Install(p, s);
        void Late(ulong g) { var p = mm.{|LCK5002:GetPfn|}(g); var s = mm.Sequence; Install(p, s); }
        void LateForward(ulong g) { var p = mm.{|LCK5002:GetPfn|}(g); var s = mm.Sequence; Forward(p, s); }
        void Right(ulong g) { var s = mm.Sequence; var p = mm.GetPfn(g); Install(p, s); s = mm.Sequence; p = mm.GetPfn(g); Forward(p, s); }
        void Loop(ulong g) { while (true) { var s = mm.Sequence; var p = mm.GetPfn(g); if (Install(p, s)) break; } }
        """);

    [Fact]
    public Task HelperCommitsWhatItFoundStale_FoundThere() => Lifetimes.VerifyAsync("""
        private void Install(int p, int s) { mm.MmuLock.Enter(); if (mm.IsStale(s)) p = 0; mm.{|LCK5001:Map|}(p); mm.MmuLock.Exit(); }
        void Caller(ulong g) { var s = mm.Sequence; var p = mm.GetPfn(g); Install(p, s); }
        """);
}
