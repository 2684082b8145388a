using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1007CallAfterReleaseFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1007CallAfterReleaseFixTests
{
    [Fact]
    public Task LastInSection_MovedBehindTheRelease() => Test.VerifyMembersAsync("""
            [ExcludesLock("_gate")] public void Notify(int value) { }
            [ExcludesLock("_sync")] public void Tell() { }

            void M(int value)
            {
                _gate.Enter();
                _n++;
                // Tell them.
                {|LCK1007:Notify|}(
                    value); // all
                _gate.Exit(); // out
                Work();
            }
            void N()
            {
                lock (_sync)
                {
                    _k++;

                    {|LCK1007:Tell|}();
                }
            }
            void O()
            {
                _gate.Enter();
                try
                {
                    _n++;
                    {|LCK1007:Notify|}(1);
                }
                finally
                {
                    _gate.Exit();
                }
            }
        """, """
            [ExcludesLock("_gate")] public void Notify(int value) { }
            [ExcludesLock("_sync")] public void Tell() { }

            void M(int value)
            {
                _gate.Enter();
                _n++;
                _gate.Exit(); // out
                // Tell them.
                Notify(
                    value); // all
                Work();
            }
            void N()
            {
                lock (_sync)
                {
                    _k++;

                }
                Tell();
            }
            void O()
            {
                _gate.Enter();
                try
                {
                    _n++;
                }
                finally
                {
                    _gate.Exit();
                }
                Notify(1);
            }
        """);

    [Fact]
    public Task OnlyStatementOfTheSection_SectionStays() => Test.VerifyMembersAsync("""
            [ExcludesLock("_sync")] public void Tell() { }
            void M()
            {
                lock (_sync)
                {
                    {|LCK1007:Tell|}();
                }
            }
        """, """
            [ExcludesLock("_sync")] public void Tell() { }
            void M()
            {
                lock (_sync)
                {
                }
                Tell();
            }
        """);

    [Fact]
    public Task NotLastUsedBeforeOrNeedingTheLock_NoFix() => Test.VerifyNoneAsync("""
            [ExcludesLock("_gate")] public int Notify(int value) => value;

            void M()
            {
                _gate.Enter();
                {|LCK1007:Notify|}(1);
                _n++;
                _gate.Exit();
            }
            int N()
            {
                _gate.Enter();
                var x = {|LCK1007:Notify|}(1) + 1;
                _gate.Exit();
                return x;
            }
            void O()
            {
                using (_gate.Open())
                {
                    Work();
                    {|LCK1007:Notify|}(_n);
                }
            }
            void P()
            {
                using (_gate.Open())
                {
                    int x = _n;
                    {|LCK1007:Notify|}(x);
                }
            }
        """);
}
