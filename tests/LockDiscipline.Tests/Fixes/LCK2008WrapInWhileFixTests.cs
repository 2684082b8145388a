using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK2008WrapInWhileFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK2008WrapInWhileFixTests
{
    [Fact]
    public Task If_BecomesWhile() => Test.VerifyMembersAsync("""
            void M()
            {
                lock (_sync)
                {
                    if (_k == 0) // empty
                        Monitor.{|LCK2008:Wait|}(_sync);
                    _k--;
                }
            }
            void N()
            {
                lock (_sync)
                {
                    if (_k == 0)
                    {
                        Monitor.{|LCK2008:Wait|}(_sync);
                    }
                    _k--;
                }
            }
        """, """
            void M()
            {
                lock (_sync)
                {
                    while (_k == 0) // empty
                        Monitor.Wait(_sync);
                    _k--;
                }
            }
            void N()
            {
                lock (_sync)
                {
                    while (_k == 0)
                    {
                        Monitor.Wait(_sync);
                    }
                    _k--;
                }
            }
        """);

    [Fact]
    public Task NoConditionOrMoreThanTheWait_NoFix() => Test.VerifyNoneAsync("""
            void M()
            {
                lock (_sync)
                {
                    Monitor.{|LCK2008:Wait|}(_sync);
                    _k--;
                    if (_k == 0)
                        Monitor.{|LCK2008:Wait|}(_sync);
                    else
                        _k--;
                    Work();
                }
            }
        """);
}
