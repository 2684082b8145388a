using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK2007CallAfterReleaseFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK2007CallAfterReleaseFixTests
{
    [Fact]
    public Task LastInSection_MovedBehindTheRelease() => Test.VerifyMembersAsync("""
            public event Action? Changed;
            public void Told(Action told)
            {
                lock (_sync)
                {
                    _k++;
                    {|LCK2007:told|}();
                }
            }
            void Raised()
            {
                lock (_sync)
                {
                    _k++;
                    Changed?.{|LCK2007:Invoke|}();
                }
                Work();
            }
            public void Manual(Action told)
            {
                _gate.Enter();
                _n++;
                {|LCK2007:told|}();
                _gate.Exit();
            }
        """, """
            public event Action? Changed;
            public void Told(Action told)
            {
                lock (_sync)
                {
                    _k++;
                }
                told();
            }
            void Raised()
            {
                lock (_sync)
                {
                    _k++;
                }
                Changed?.Invoke();
                Work();
            }
            public void Manual(Action told)
            {
                _gate.Enter();
                _n++;
                _gate.Exit();
                told();
            }
        """);

    [Fact]
    public Task InTheMiddleOrWithAResult_NoFix() => Test.VerifyNoneAsync("""
            public void M(Action told, Func<int> get)
            {
                lock (_sync)
                {
                    {|LCK2007:told|}();
                    _k = {|LCK2007:get|}();
                }
            }
        """);
}
