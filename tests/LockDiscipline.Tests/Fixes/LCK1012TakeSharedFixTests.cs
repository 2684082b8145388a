using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1012TakeSharedFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1012TakeSharedFixTests
{
    [Fact]
    public Task AcquireAndReleases_TurnedShared() => Test.VerifyMembersAsync("""
            int M(bool c)
            {
                _rw.{|LCK1012:EnterWrite|}();
                if (c)
                {
                    _rw.ExitWrite();
                    return 0;
                }
                int n = _m;
                _rw.ExitWrite();
                return n;
            }
            readonly ReaderWriterLockSlim _slim = new();
            [GuardedBy("_slim")] int _v;
            int N()
            {
                _slim.{|LCK1012:EnterWriteLock|}();
                try { return _v; }
                finally { _slim.ExitWriteLock(); }
            }
        """, """
            int M(bool c)
            {
                _rw.EnterRead();
                if (c)
                {
                    _rw.ExitRead();
                    return 0;
                }
                int n = _m;
                _rw.ExitRead();
                return n;
            }
            readonly ReaderWriterLockSlim _slim = new();
            [GuardedBy("_slim")] int _v;
            int N()
            {
                _slim.EnterReadLock();
                try { return _v; }
                finally { _slim.ExitReadLock(); }
            }
        """);
}
