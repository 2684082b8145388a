using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1006DropAcquireFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1006DropAcquireFixTests
{
    const string Drop = "LCK1006.drop";

    [Fact]
    public Task LockedVariant_CalledInstead() => Test.VerifyAsync("""
        public class Kvm
        {
            readonly Gate _uvmemLock = new();
            [RequiresLock("_uvmemLock")] void PageOutLocked(int page) { }
            [LockedVariant(nameof(PageOutLocked))]
            void PageOut(int page)
            {
                using (_uvmemLock.Open())
                    PageOutLocked(page);
            }
            public void Drop(Kvm other)
            {
                _uvmemLock.Enter();
                this.{|LCK1006:PageOut|}(3); // one
                {|LCK1006:PageOut|}(4);
                _uvmemLock.Exit();
            }
        }
        """, """
        public class Kvm
        {
            readonly Gate _uvmemLock = new();
            [RequiresLock("_uvmemLock")] void PageOutLocked(int page) { }
            [LockedVariant(nameof(PageOutLocked))]
            void PageOut(int page)
            {
                using (_uvmemLock.Open())
                    PageOutLocked(page);
            }
            public void Drop(Kvm other)
            {
                _uvmemLock.Enter();
                this.PageOutLocked(3); // one
                PageOutLocked(4);
                _uvmemLock.Exit();
            }
        }
        """);

    [Fact]
    public Task PairInTheSameBlock_Dropped() => Test.VerifyMembersAsync("""
            void M()
            {
                using (_gate.Open())
                {
                    Work();
                    // Again.
                    _gate.{|LCK1006:Enter|}();
                    _n++;
                    _gate.Exit();
                    Work();
                }
            }
        """, """
            void M()
            {
                using (_gate.Open())
                {
                    Work();
                    // Again.
                    _n++;
                    Work();
                }
            }
        """, Drop);

    [Fact]
    public Task OneReleaseForBoth_OnlyTheAcquireDropped() => Test.VerifyMembersAsync("""
            void M()
            {
                _gate.Enter();
                _gate.{|LCK1006:Enter|}(); // again
                _n++;
                _gate.Exit();
            }

            void N() { _gate.Enter(); _gate.{|LCK1006:Enter|}(); _n++; _gate.Exit(); }
        """, """
            void M()
            {
                _gate.Enter();
                // again
                _n++;
                _gate.Exit();
            }

            void N() { _gate.Enter(); _n++; _gate.Exit(); }
        """, Drop);

    [Fact]
    public Task UsingAndTryFinally_Unwrapped() => Test.VerifyMembersAsync("""
            [RequiresLock("_gate")]
            void M()
            {
                // Counts.
                using (_gate.{|LCK1006:Open|}())
                {
                    // Once.
                    _n++;
                    if (Cond())
                    {
                        Work();
                    }
                    // Last.
                }
                Work();
            }

            [RequiresLock("_gate")]
            void N()
            {
                _gate.{|LCK1006:Enter|}();
                try
                {
                    _n++;
                }
                finally
                {
                    _gate.Exit();
                }
            }

            [RequiresLock("_gate")]
            void O()
            {
                using var scope = _gate.{|LCK1006:Open|}();
                _n++;
            }
        """, """
            [RequiresLock("_gate")]
            void M()
            {
                // Counts.
                // Once.
                _n++;
                if (Cond())
                {
                    Work();
                }
                // Last.
                Work();
            }

            [RequiresLock("_gate")]
            void N()
            {
                _n++;
            }

            [RequiresLock("_gate")]
            void O()
            {
                _n++;
            }
        """, Drop);

    [Fact]
    public Task NamesThatWouldCollide_BracesKept() => Test.VerifyMembersAsync("""
            [RequiresLock("_gate")]
            void M(bool c)
            {
                using (_gate.{|LCK1006:Open|}())
                {
                    int x = _n;
                    Work(x);
                }
                for (int x = 0; x < 2; x++)
                    Work();
            }
        """, """
            [RequiresLock("_gate")]
            void M(bool c)
            {
                {
                    int x = _n;
                    Work(x);
                }
                for (int x = 0; x < 2; x++)
                    Work();
            }
        """, Drop);

    [Fact]
    public Task UnderIfWithoutBraces_BracesKept() => Test.VerifyMembersAsync("""
            [RequiresLock("_gate")]
            void M(bool c)
            {
                if (c)
                    using (_gate.{|LCK1006:Open|}()) { Work(); _n++; }
            }
        """, """
            [RequiresLock("_gate")]
            void M(bool c)
            {
                if (c)
                    { Work(); _n++; }
            }
        """, Drop);

    [Fact]
    public Task AnotherBehindIt_FixedInTurn() => Test.VerifyMembersAsync("""
            [RequiresLock("_gate")]
            void M()
            {
                using (_gate.{|LCK1006:Open|}())
                {
                    _n++;
                }
                Work();
                using (_gate.Open())
                {
                    _n++;
                }
            }
        """, """
            [RequiresLock("_gate")]
            void M()
            {
                _n++;
                Work();
                _n++;
            }
        """, Drop, iterations: 2);

    [Fact]
    public Task ReleasedElsewhere_NoFix() => Test.VerifyMembersAsync("""
            [RequiresLock("_gate")]
            void M(bool c)
            {
                _gate.{|LCK1006:Enter|}();
                _n++;
                if (c)
                {
                    _gate.Exit();
                }
            }
        """, """
            [RequiresLock("_gate")]
            void M(bool c)
            {
                _gate.{|LCK1006:Enter|}();
                _n++;
                if (c)
                {
                    _gate.Exit();
                }
            }
        """, Drop);
}
