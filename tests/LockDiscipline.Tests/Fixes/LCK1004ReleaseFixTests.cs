using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1004ReleaseFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1004ReleaseFixTests
{
    const string Finally = "LCK1004.finally";
    const string Path = "LCK1004.path";

    [Fact]
    public Task EarlyReturn_ReleasedInFinally() => Test.VerifyMembersAsync("""
            int M(int value)
            {
                Monitor.{|LCK1004:Enter|}(_sync);

                // Odd ones have no half.
                if (value % 2 != 0)
                    return -1; // odd
                _k++;
                // Done with it.
                Monitor.Exit(_sync); // out
                return value / 2;
            }
        """, """
            int M(int value)
            {
                Monitor.Enter(_sync);

                try
                {
                    // Odd ones have no half.
                    if (value % 2 != 0)
                        return -1; // odd
                    _k++;
                }
                finally
                {
                    // Done with it.
                    Monitor.Exit(_sync); // out
                }
                return value / 2;
            }
        """, Finally);

    [Fact]
    public Task ReleasedOnOnePathOnly_InnerReleaseTakenOut() => Test.VerifyMembersAsync("""
            int M(int value)
            {
                _gate.{|LCK1004:Enter|}();
                if (value == 1)
                {
                    _gate.Exit();
                    return 1;
                }
                if (value == 2)
                    return 2;
                _gate.Exit();
                return 0;
            }
        """, """
            int M(int value)
            {
                _gate.Enter();
                try
                {
                    if (value == 1)
                    {
                        return 1;
                    }
                    if (value == 2)
                        return 2;
                }
                finally
                {
                    _gate.Exit();
                }
                return 0;
            }
        """, Finally);

    [Fact]
    public Task NeverReleased_RestOfBlockInTry() => Test.VerifyMembersAsync("""
            int M()
            {
                _rw.{|LCK1004:EnterRead|}();
                return _m;
            }

            void N()
            {
                if (!_gate.{|LCK1004:TryEnter|}())
                    return;
                _n++;
            }

            void O()
            {
                if (_gate.{|LCK1004:TryEnter|}())
                {
                    _n++;
                }
            }
        """, """
            int M()
            {
                _rw.EnterRead();
                try
                {
                    return _m;
                }
                finally
                {
                    _rw.ExitRead();
                }
            }

            void N()
            {
                if (!_gate.TryEnter())
                    return;
                try
                {
                    _n++;
                }
                finally
                {
                    _gate.Exit();
                }
            }

            void O()
            {
                if (_gate.TryEnter())
                {
                    try
                    {
                        _n++;
                    }
                    finally
                    {
                        _gate.Exit();
                    }
                }
            }
        """, Finally);

    [Fact]
    public Task OffendingPaths_ReleasedThere() => Test.VerifyMembersAsync("""
            int M(int value)
            {
                _gate.{|LCK1004:Enter|}();
                if (value == 1)
                    return _n;
                if (value == 2)
                {
                    // Two.
                    return 2;
                }
                if (value == 3)
                    throw new Exception();
                _gate.Exit();
                return 0;
            }

            void N()
            {
                _gate.{|LCK1004:Enter|}();
                _n++; // last
            }
        """, """
            int M(int value)
            {
                _gate.Enter();
                if (value == 1)
                {
                    var result = _n;
                    _gate.Exit();
                    return result;
                }
                if (value == 2)
                {
                    // Two.
                    _gate.Exit();
                    return 2;
                }
                if (value == 3)
                {
                    _gate.Exit();
                    throw new Exception();
                }
                _gate.Exit();
                return 0;
            }

            void N()
            {
                _gate.Enter();
                _n++; // last
                _gate.Exit();
            }
        """, Path);

    [Fact]
    public Task VariableOfTheSectionUsedBehindIt_NoTryOffered() => Test.VerifyNoneAsync("""
            int M(int value)
            {
                _gate.{|LCK1004:Enter|}();
                var x = _n;
                if (x == 0)
                    return 0;
                _gate.Exit();
                return x;
            }
        """, Finally);

    [Fact]
    public Task DirectiveInside_NoTryOffered() => Test.VerifyNoneAsync("""
            int M(int value)
            {
                _gate.{|LCK1004:Enter|}();
                if (value == 0)
                    return 0;
        #if true
                _n++;
        #endif
                _gate.Exit();
                return 1;
            }
        """, Finally);
}
