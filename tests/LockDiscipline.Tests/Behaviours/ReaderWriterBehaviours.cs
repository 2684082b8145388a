using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Modes of reader-writer locks, and locks that may be taken again.</summary>
public sealed class ReaderWriterBehaviours
{
    [Fact]
    public Task ReleaseInTheOtherMode_IsFound() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly ReaderWriterLock _old = new();
            [GuardedBy("_rw")] int _n;
            public void Wrong()
            {
                _rw.EnterWriteLock();
                _n++;
                _rw.{|LCK1005:ExitReadLock|}();
                _rw.EnterReadLock();
                _rw.{|LCK1005:ExitWriteLock|}();
                _rw.EnterUpgradeableReadLock();
                _rw.{|LCK1005:ExitReadLock|}();
                _old.AcquireReaderLock(1);
                _old.{|LCK1005:ReleaseWriterLock|}();
            }
            public void Right(bool write)
            {
                if (write) _rw.EnterWriteLock(); else _rw.EnterReadLock();
                _ = _n;
                if (write) _rw.ExitWriteLock(); else _rw.ExitReadLock();
            }
            public void WrongFlag(bool write)
            {
                if (write) _rw.EnterWriteLock(); else _rw.EnterReadLock();
                _ = _n;
                if (write) _rw.{|LCK1005:ExitReadLock|}(); else _rw.{|LCK1005:ExitWriteLock|}();
            }
            public void ByHeld()
            {
                if (_n1 > 0) _rw.EnterWriteLock(); else _rw.EnterReadLock();
                if (_rw.IsWriteLockHeld) _rw.ExitWriteLock();
                else if (_rw.IsReadLockHeld) _rw.ExitReadLock();
            }
            volatile int _n1;
        }
        """);

    [Fact]
    public Task OneArmSharedTheOtherExclusive_MayRead() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] int _n;
            public int Right(bool write)
            {
                if (write) _rw.EnterWriteLock(); else _rw.EnterReadLock();
                try { return _n; }
                finally { if (write) _rw.ExitWriteLock(); else _rw.ExitReadLock(); }
            }
            public void Wrong(bool write)
            {
                if (write) _rw.EnterWriteLock(); else _rw.EnterReadLock();
                {|LCK1003:_n|}++;
                if (write) _rw.ExitWriteLock(); else _rw.ExitReadLock();
            }
            public void RightWrite(bool write)
            {
                if (write) _rw.EnterWriteLock(); else _rw.EnterReadLock();
                if (write) _n++;
                if (write) _rw.ExitWriteLock(); else _rw.ExitReadLock();
            }
        }
        """);

    [Fact]
    public Task ReleasedAndTakenExclusively_MayWrite() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] int _n;
            public void Right()
            {
                _rw.EnterReadLock();
                if (_n == 0)
                {
                    _rw.ExitReadLock();
                    _rw.EnterWriteLock();
                    if (_n == 0)
                        _n = 1;
                    _rw.ExitWriteLock();
                    _rw.EnterReadLock();
                }
                _ = _n;
                _rw.ExitReadLock();
            }
            public void Wrong()
            {
                _rw.EnterReadLock();
                _rw.{|LCK1006:EnterWriteLock|}();
                _n = 1;
                _rw.ExitWriteLock();
                _rw.ExitReadLock();
            }
            public void Upgraded()
            {
                _rw.EnterUpgradeableReadLock();
                try
                {
                    {|LCK1003:_n|} = 1;
                    if (_n == 0)
                    {
                        _rw.EnterWriteLock();
                        try { _n = 1; }
                        finally { _rw.ExitWriteLock(); }
                    }
                    {|LCK1003:_n|} = 1;
                }
                finally { _rw.ExitUpgradeableReadLock(); }
            }
            public void UpgradedToReader()
            {
                _rw.EnterUpgradeableReadLock();
                _rw.EnterReadLock();
                _rw.ExitUpgradeableReadLock();
                _ = _n;
                {|LCK1003:_n|}++;
                _rw.ExitReadLock();
            }
        }
        """);

    [Fact]
    public Task RecursivePolicy_DecidesWhetherItMayBeTakenAgain() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _no = new();
            readonly ReaderWriterLockSlim _never = new(LockRecursionPolicy.NoRecursion);
            readonly ReaderWriterLockSlim _yes = new(LockRecursionPolicy.SupportsRecursion);
            public void M()
            {
                _no.EnterReadLock();
                _no.{|LCK1006:EnterReadLock|}();
                _no.ExitReadLock();
                _never.EnterWriteLock();
                _never.{|LCK1006:EnterWriteLock|}();
                _never.ExitWriteLock();
                _yes.EnterWriteLock();
                _yes.EnterWriteLock();
                _yes.EnterReadLock();
                _yes.ExitReadLock();
                _yes.ExitWriteLock();
                _yes.ExitWriteLock();
            }
            public void SharedThenExclusive()
            {
                _yes.EnterReadLock();
                _yes.{|LCK1006:EnterWriteLock|}();
                _yes.ExitWriteLock();
                _yes.ExitReadLock();
            }
            public void Upgradeable()
            {
                _no.EnterUpgradeableReadLock();
                _no.{|LCK1006:EnterUpgradeableReadLock|}();
                _no.ExitUpgradeableReadLock();
            }
        }
        """);

    [Fact]
    public Task ReentrantLock_IsFreeAfterTheLastRelease() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _a = new();
            readonly Lock _b = new();
            readonly Mutex _c = new();
            [GuardedBy("_a")] int _n;
            [GuardedBy("_b")] int _m;
            [GuardedBy("_c")] int _o;
            public void Deep()
            {
                Monitor.Enter(_a); Monitor.Enter(_a); Monitor.Enter(_a);
                Monitor.Exit(_a); Monitor.Exit(_a);
                _n++;
                Monitor.Exit(_a);
                {|LCK1001:_n|}++;
                lock (_b)
                {
                    lock (_b)
                        _m++;
                    _b.Enter();
                    _b.Exit();
                    using (_b.EnterScope())
                        _m++;
                    _m++;
                }
                {|LCK1001:_m|}++;
                _c.WaitOne();
                _c.WaitOne();
                _c.ReleaseMutex();
                _o++;
                _c.ReleaseMutex();
                {|LCK1001:_o|}++;
            }
            public void Shapes(bool c)
            {
                Monitor.Enter(_a);
                if (c)
                    Monitor.Enter(_a);
                else
                    Outer();
                _n++;
                Monitor.Exit(_a);
                Monitor.Exit(_a);
            }
            private void Outer() => Monitor.Enter(_a);
            public void Unequal(bool c)
            {
                Monitor.Enter(_a);
                if (c)
                    Monitor.{|LCK1008:Enter|}(_a);
                _n++;
                Monitor.Exit(_a);
            }
        }
        """);

    [Fact]
    public Task NonReentrantLock_TakenAgain() => LocksOnly.VerifyAsync("""
        class C
        {
            SpinLock _spin = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            readonly SemaphoreSlim _two = new(2, 2);
            readonly Gate _gate = new();
            public void M()
            {
                bool a = false, b = false;
                _spin.Enter(ref a);
                _spin.{|LCK1006:Enter|}(ref b);
                _spin.Exit();
            }
            public void N()
            {
                _sem.Wait();
                _sem.{|LCK1006:Wait|}();
                _sem.Release();
                _two.Wait();
                _two.Wait();
                _two.Release();
                _two.Release();
            }
            public async Task O()
            {
                await _sem.WaitAsync();
                await {|LCK1006:Inner|}();
                _sem.Release();
            }
            async Task Inner() { await _sem.WaitAsync(); _sem.Release(); }
            public void P()
            {
                using var s = _gate.Open();
                {|LCK1006:Q|}();
                using (_gate.{|LCK1006:Open|}()) { }
            }
            void Q() { using (_gate.Open()) { } }
        }
        """);

    [Fact]
    public Task ReleasedInTheModeThatATestFinds_IsBalanced() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            int _k;
            public void ReaderFirst()
            {
                if (_k > 0) _rw.EnterWriteLock(); else _rw.EnterReadLock();
                if (_rw.IsReadLockHeld) _rw.ExitReadLock();
                else if (_rw.IsWriteLockHeld) _rw.ExitWriteLock();
            }
            public void EveryMode(bool write)
            {
                _rw.EnterUpgradeableReadLock();
                try
                {
                    if (write)
                        _rw.EnterWriteLock();
                    _k++;
                }
                finally
                {
                    if (_rw.IsReadLockHeld) _rw.ExitReadLock();
                    if (_rw.IsWriteLockHeld) _rw.ExitWriteLock();
                    if (_rw.IsUpgradeableReadLockHeld) _rw.ExitUpgradeableReadLock();
                }
            }
            public void WriterInside(bool write)
            {
                _rw.EnterUpgradeableReadLock();
                try
                {
                    if (write)
                        _rw.EnterWriteLock();
                    _k++;
                }
                finally
                {
                    if (_rw.IsWriteLockHeld) _rw.ExitWriteLock();
                    _rw.ExitUpgradeableReadLock();
                }
            }
            public void Wrong(bool write)
            {
                if (write) _rw.EnterWriteLock(); else _rw.{|LCK1004:EnterReadLock|}();
                if (_rw.IsWriteLockHeld) _rw.ExitWriteLock();
            }
        }
        """);

    [Fact]
    public Task ModeChosenByAValue_ReleasedByTheSameValue() => LocksOnly.VerifyAsync("""
        enum Mode { None, Read, Write }
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] int _n;
            public void Right(Mode mode)
            {
                switch (mode)
                {
                    case Mode.Read: _rw.EnterReadLock(); break;
                    case Mode.Write: _rw.EnterWriteLock(); break;
                }
                if (mode == Mode.Write)
                    _n++;
                if (mode is Mode.Read)
                    _ = _n;
                switch (mode)
                {
                    case Mode.Read: _rw.ExitReadLock(); break;
                    case Mode.Write: _rw.ExitWriteLock(); break;
                }
            }
            public void Wrong(Mode mode)
            {
                switch (mode)
                {
                    case Mode.Read: _rw.EnterReadLock(); break;
                    case Mode.Write: _rw.{|LCK1004:EnterWriteLock|}(); break;
                }
                if (mode == Mode.Read)
                    _rw.ExitReadLock();
            }
        }
        """);

    [Fact]
    public Task Downgrade_LeavesItShared() => LocksOnly.VerifyMembersAsync("""
        void Right()
        {
            _rw.EnterWrite();
            _m++;
            _rw.Downgrade();
            _ = _m;
            _rw.ExitRead();
        }
        void Wrong()
        {
            _rw.EnterWrite();
            _rw.Downgrade();
            {|LCK1003:_m|}++;
            _rw.{|LCK1005:ExitWrite|}();
        }
        """);
}
