using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK5006ReadAgainFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK5006ReadAgainFixTests
{
    [Fact]
    public Task StaleValue_ReadAgain() => Test.VerifyMembersAsync("""
            public void Computed()
            {
                int t;
                lock (_sync) t = _k;
                Work(t);
                lock (_sync)
                {
                    {|LCK5006:_k =|} t + Math.Max(t, 1); // one more
                }
            }
            public void Other(C other)
            {
                int t = 0;
                Work(t);
                lock (_sync) { int u = _k; t += u; }
                other._gate.Enter();
                int n = other._n;
                other._gate.Exit();
                other._gate.Enter();
                {|LCK5006:other._n =|} n + t;
                other._gate.Exit();
            }
        """, """
            public void Computed()
            {
                int t;
                lock (_sync) t = _k;
                Work(t);
                lock (_sync)
                {
                    _k = _k + Math.Max(_k, 1); // one more
                }
            }
            public void Other(C other)
            {
                int t = 0;
                Work(t);
                lock (_sync) { int u = _k; t += u; }
                other._gate.Enter();
                int n = other._n;
                other._gate.Exit();
                other._gate.Enter();
                other._n = other._n + t;
                other._gate.Exit();
            }
        """);

    [Fact]
    public Task ComputedBefore_ComputedAgain() => Test.VerifyMembersAsync("""
            public void Step() { int t; lock (_sync) t = _k; int next = t + 1; lock (_sync) {|LCK5006:_k =|} next; }
            public bool Charge(int pages)
            {
                int now;
                lock (_sync) now = _k + pages;
                if (now > 100)
                    return false;
                lock (_sync)
                {
                    {|LCK5006:_k =|} now * 2; // twice
                }
                return true;
            }
        """, """
            public void Step() { int t; lock (_sync) t = _k; int next = t + 1; lock (_sync) _k = _k + 1; }
            public bool Charge(int pages)
            {
                int now;
                lock (_sync) now = _k + pages;
                if (now > 100)
                    return false;
                lock (_sync)
                {
                    _k = (_k + pages) * 2; // twice
                }
                return true;
            }
        """);

    [Fact]
    public Task PutBackAsItWasOrComputedByOthers_NoFix() => Test.VerifyNoneAsync("""
            static int Next(int n) => n;
            public void Plain() { int t; lock (_sync) t = _k; lock (_sync) {|LCK5006:_k =|} t; }
            public void Changed(int step) { int t; lock (_sync) t = _k + step; step++; lock (_sync) {|LCK5006:_k =|} t; }
        """);
}
