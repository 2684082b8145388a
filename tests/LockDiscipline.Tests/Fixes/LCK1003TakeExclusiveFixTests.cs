using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1003TakeExclusiveFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1003TakeExclusiveFixTests
{
    [Fact]
    public Task AcquireAndReleases_TurnedExclusive() => Test.VerifyMembersAsync("""
            void M(bool c)
            {
                _rw.EnterRead(); // in
                if (c)
                {
                    _rw.ExitRead();
                    return;
                }
                {|LCK1003:_m|} = 1;
                {|LCK1003:_m|}++;
                _rw.ExitRead();
            }
        """, """
            void M(bool c)
            {
                _rw.EnterWrite(); // in
                if (c)
                {
                    _rw.ExitWrite();
                    return;
                }
                _m = 1;
                _m++;
                _rw.ExitWrite();
            }
        """);

    [Fact]
    public Task FrameworkLock_TurnedExclusive() => Test.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _lock = new();
            [GuardedBy("_lock")] int _n;
            void M()
            {
                _lock.EnterReadLock();
                try
                {
                    {|LCK1003:_n|}++;
                }
                finally
                {
                    _lock.ExitReadLock();
                }
            }
        }
        """, """
        class C
        {
            readonly ReaderWriterLockSlim _lock = new();
            [GuardedBy("_lock")] int _n;
            void M()
            {
                _lock.EnterWriteLock();
                try
                {
                    _n++;
                }
                finally
                {
                    _lock.ExitWriteLock();
                }
            }
        }
        """);

    [Fact]
    public Task Scope_TurnedExclusive() => Test.VerifyAsync("""
        public class Mm
        {
            public readonly Shared MmapLock = new();
            [GuardedBy("MmapLock")] public int Pages;
            [AcquiresLock("MmapLock", Shared = true)] public MmScope MmapRead() => new(MmapLock);
            [AcquiresLock("MmapLock")] public MmScope MmapWrite() => new(MmapLock);
        }
        [ScopedLock]
        public class MmScope : IDisposable
        {
            [NoLockAnalysis("only states what it holds")] public MmScope(Shared gate) { }
            [ReleasesLock] public void Dispose() { }
        }
        public class C
        {
            void M(Mm mm)
            {
                using (mm.MmapRead())
                    mm.{|LCK1003:Pages|}++;
            }
        }
        """, """
        public class Mm
        {
            public readonly Shared MmapLock = new();
            [GuardedBy("MmapLock")] public int Pages;
            [AcquiresLock("MmapLock", Shared = true)] public MmScope MmapRead() => new(MmapLock);
            [AcquiresLock("MmapLock")] public MmScope MmapWrite() => new(MmapLock);
        }
        [ScopedLock]
        public class MmScope : IDisposable
        {
            [NoLockAnalysis("only states what it holds")] public MmScope(Shared gate) { }
            [ReleasesLock] public void Dispose() { }
        }
        public class C
        {
            void M(Mm mm)
            {
                using (mm.MmapWrite())
                    mm.Pages++;
            }
        }
        """);

    [Fact]
    public Task HeldByContract_NoFix() => Test.VerifyNoneAsync("""
            [RequiresLock("_rw", Shared = true)]
            void M()
            {
                {|LCK1003:_m|} = 1;
            }
        """);
}
