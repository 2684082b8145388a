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
    public Task PutBackAsItWasOrComputedBefore_NoFix() => Test.VerifyMembersAsync("""
            public void Plain() { int t; lock (_sync) t = _k; lock (_sync) {|LCK5006:_k =|} t; }
            public void Before() { int t; lock (_sync) t = _k; int next = t + 1; lock (_sync) {|LCK5006:_k =|} next; }
        """, """
            public void Plain() { int t; lock (_sync) t = _k; lock (_sync) {|LCK5006:_k =|} t; }
            public void Before() { int t; lock (_sync) t = _k; int next = t + 1; lock (_sync) {|LCK5006:_k =|} next; }
        """);
}
