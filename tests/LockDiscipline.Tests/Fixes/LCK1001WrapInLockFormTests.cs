using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1001WrapInLockFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1001WrapInLockFormTests
{
    [Fact]
    public Task MonitorObject_WrappedInLockStatement() => Test.VerifyMembersAsync("""
            void M()
            {
                Work();

                // Counts.
                {|LCK1001:_k|}++; // once
                Work();
            }
        """, """
            void M()
            {
                Work();

                lock (_sync)
                {
                    // Counts.
                    _k++; // once
                }
                Work();
            }
        """);

    [Fact]
    public Task TypeWithScope_WrappedInUsing() => Test.VerifyMembersAsync("""
            void M()
            {
                {|LCK1001:_n|} = 1;
            }
        """, """
            void M()
            {
                using (_gate.Open())
                {
                    _n = 1;
                }
            }
        """);

    [Fact]
    public Task ReaderNeeded_SharedModeTakenInTryFinally() => Test.VerifyMembersAsync("""
            int M(int x)
            {
                if (x > 0)
                    return {|LCK1001:_m|};
                return 0;
            }
        """, """
            int M(int x)
            {
                if (x > 0)
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
                return 0;
            }
        """);

    [Fact]
    public Task WriterNeeded_ExclusiveModeTaken() => Test.VerifyMembersAsync("""
            void M()
            {
                {|LCK1001:_m|} = 1;
            }
        """, """
            void M()
            {
                _rw.EnterWrite();
                try
                {
                    _m = 1;
                }
                finally
                {
                    _rw.ExitWrite();
                }
            }
        """);

    [Fact]
    public Task SemaphoreAcrossAwait_TakenAsynchronously() => Test.VerifyMembersAsync("""
            async Task M()
            {
                Work({|LCK1001:_s|} + await Task.FromResult(1));
            }
        """, """
            async Task M()
            {
                await _sem.WaitAsync();
                try
                {
                    Work(_s + await Task.FromResult(1));
                }
                finally
                {
                    _sem.Release();
                }
            }
        """);

    [Fact]
    public Task SpinLock_TakenWithItsFlag() => Test.VerifyMembersAsync("""
            void M()
            {
                {|LCK1001:_r|}++;
            }
        """, """
            void M()
            {
                bool lockTaken = false;
                try
                {
                    _raw.Enter(ref lockTaken);
                    _r++;
                }
                finally
                {
                    if (lockTaken) _raw.Exit();
                }
            }
        """);

    [Fact]
    public Task CallWithoutRequiredLock_OwnersScopeTaken() => Test.VerifyAsync("""
        public class Mm
        {
            public readonly Shared MmapLock = new();
            [AcquiresLock("MmapLock", Shared = true)] public ReadScope MmapRead() => new(MmapLock);
            [RequiresLock("MmapLock", Shared = true)] public int FindVma(ulong addr) => 0;
        }

        [ScopedLock]
        public class ReadScope : IDisposable
        {
            readonly Shared _gate;
            [AcquiresLock("gate", Shared = true)] public ReadScope(Shared gate) { _gate = gate; gate.EnterRead(); }
            [ReleasesLock] public void Dispose() => _gate.ExitRead();
        }

        public class Kvm
        {
            public readonly Mm Mm = new();
            public int Find(Kvm kvm, ulong addr)
            {
                return kvm.Mm.{|LCK1002:FindVma|}(addr);
            }
        }
        """, """
        public class Mm
        {
            public readonly Shared MmapLock = new();
            [AcquiresLock("MmapLock", Shared = true)] public ReadScope MmapRead() => new(MmapLock);
            [RequiresLock("MmapLock", Shared = true)] public int FindVma(ulong addr) => 0;
        }

        [ScopedLock]
        public class ReadScope : IDisposable
        {
            readonly Shared _gate;
            [AcquiresLock("gate", Shared = true)] public ReadScope(Shared gate) { _gate = gate; gate.EnterRead(); }
            [ReleasesLock] public void Dispose() => _gate.ExitRead();
        }

        public class Kvm
        {
            public readonly Mm Mm = new();
            public int Find(Kvm kvm, ulong addr)
            {
                using (kvm.Mm.MmapRead())
                {
                    return kvm.Mm.FindVma(addr);
                }
            }
        }
        """);

    [Fact]
    public Task SeveralLocksInOneStatement_Nested() => Test.VerifyMembersAsync("""
            void M()
            {
                {|LCK1001:_k|} = {|LCK1001:_n|};
            }
        """, """
            void M()
            {
                lock (_sync)
                {
                    using (_gate.Open())
                    {
                        _k = _n;
                    }
                }
            }
        """);

    [Fact]
    public Task LockThatSleepsUnderASpinLock_NotOffered() => Test.VerifyMembersAsync("""
            [Lock("sleeping")]
            public class Sleeper
            {
                [AcquiresLock, MaySleep] public void Enter() { }
                [ReleasesLock] public void Exit() { }
            }
            readonly Sleeper _sleeper = new();
            [GuardedBy("_sleeper")] int _q;
            [RequiresLock("_spin")] void M()
            {
                {|LCK1001:_q|} = 1;
            }
        """, """
            [Lock("sleeping")]
            public class Sleeper
            {
                [AcquiresLock, MaySleep] public void Enter() { }
                [ReleasesLock] public void Exit() { }
            }
            readonly Sleeper _sleeper = new();
            [GuardedBy("_sleeper")] int _q;
            [RequiresLock("_spin")] void M()
            {
                {|LCK1001:_q|} = 1;
            }
        """);
}
