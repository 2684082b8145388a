using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK2001MoveOutFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK2001MoveOutFixTests
{
    [Fact]
    public Task FirstInSection_MovedBeforeTheAcquire() => Test.VerifyMembersAsync("""
            void M()
            {
                Work();
                // Spin.
                _spin.Enter();
                // Wait a little.
                Thread.{|LCK2001:Sleep|}(1); // one
                Work();
                _spin.Exit();
            }
            [MaySleep] static int Alloc() => 1;
            void N()
            {
                _spin.Enter();
                try
                {
                    var page = {|LCK2001:Alloc|}();
                    Work(page);
                }
                finally
                {
                    _spin.Exit();
                }
            }
        """, """
            void M()
            {
                Work();
                // Wait a little.
                Thread.Sleep(1); // one
                // Spin.
                _spin.Enter();
                Work();
                _spin.Exit();
            }
            [MaySleep] static int Alloc() => 1;
            void N()
            {
                var page = Alloc();
                _spin.Enter();
                try
                {
                    Work(page);
                }
                finally
                {
                    _spin.Exit();
                }
            }
        """);

    [Fact]
    public Task LastInSection_MovedBehindTheRelease() => Test.VerifyMembersAsync("""
            void M()
            {
                _spin.Enter();
                Work();
                Thread.{|LCK2001:Sleep|}(1);
                _spin.Exit();
            }
        """, """
            void M()
            {
                _spin.Enter();
                Work();
                _spin.Exit();
                Thread.Sleep(1);
            }
        """);

    [Fact]
    public Task SpinLockWithItsFlag_MovedBehindTheTry() => Test.VerifyMembersAsync("""
            void M()
            {
                var taken = false;
                try
                {
                    _raw.Enter(ref taken);
                    _r++;
                    Thread.{|LCK2001:Sleep|}(1);
                }
                finally
                {
                    if (taken)
                        _raw.Exit();
                }
            }
        """, """
            void M()
            {
                var taken = false;
                try
                {
                    _raw.Enter(ref taken);
                    _r++;
                }
                finally
                {
                    if (taken)
                        _raw.Exit();
                }
                Thread.Sleep(1);
            }
        """);

    [Fact]
    public Task InTheMiddleInAConditionOrInNoSleepBody_NoFix() => Test.VerifyMembersAsync(Unfixable, Unfixable);

    const string Unfixable = """
            [MaySleep] static bool Ask() => true;
            void M()
            {
                _spin.Enter();
                Work();
                Thread.{|LCK2001:Sleep|}(1);
                Work();
                _spin.Exit();
            }
            void N()
            {
                _spin.Enter();
                if ({|LCK2001:Ask|}())
                    Work();
                _spin.Exit();
            }
            [NoSleep]
            void O()
            {
                Thread.{|LCK2001:Sleep|}(1);
            }
        """;
}
