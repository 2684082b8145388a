namespace LockDiscipline.Tests.Rules;

/// <summary>LCK1006: which locks are reentrant, and in which modes.</summary>
public sealed class LCK1006ReentrancyTests
{
    [Fact]
    public Task ReaderWriter_NotReentrantInAnyMode() => Flows.VerifyMembersAsync("""
        void ReadRead() { _rw.EnterRead(); _rw.{|LCK1006:EnterRead|}(); _rw.ExitRead(); }
        void ReadWrite() { _rw.EnterRead(); _rw.{|LCK1006:EnterWrite|}(); _rw.ExitRead(); }
        void WriteRead() { _rw.EnterWrite(); _rw.{|LCK1006:EnterRead|}(); _rw.ExitWrite(); }
        void Downgraded() { _rw.EnterWrite(); _rw.Downgrade(); _rw.{|LCK1006:EnterRead|}(); _rw.ExitRead(); }
        """);

    [Fact]
    public Task ReaderWriterLockSlim_RecursionPolicyDecides() => Flows.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _plain = new();
            readonly ReaderWriterLockSlim _none = new(LockRecursionPolicy.NoRecursion);
            readonly ReaderWriterLockSlim _recursive = new(LockRecursionPolicy.SupportsRecursion);

            void Plain() { _plain.EnterReadLock(); _plain.{|LCK1006:EnterReadLock|}(); _plain.ExitReadLock(); }
            void None() { _none.EnterWriteLock(); _none.{|LCK1006:EnterReadLock|}(); _none.ExitWriteLock(); }
            void Recursive()
            {
                _recursive.EnterReadLock();
                _recursive.EnterReadLock();
                _recursive.ExitReadLock();
                _recursive.ExitReadLock();
                _recursive.EnterWriteLock();
                _recursive.EnterReadLock();
                _recursive.ExitReadLock();
                _recursive.ExitWriteLock();
            }
            void ReadToWrite() { _recursive.EnterReadLock(); _recursive.{|LCK1006:EnterWriteLock|}(); _recursive.ExitReadLock(); }
            void Upgrade()
            {
                _plain.EnterUpgradeableReadLock();
                if (DateTime.Now.Ticks > 3)
                {
                    _plain.EnterWriteLock();
                    _plain.ExitWriteLock();
                }
                _plain.EnterReadLock();
                _plain.ExitReadLock();
                _plain.ExitUpgradeableReadLock();
            }
            void UpgradeableTwice() { _plain.EnterUpgradeableReadLock(); _plain.{|LCK1006:EnterUpgradeableReadLock|}(); _plain.ExitUpgradeableReadLock(); }
            void ReadToUpgradeable() { _plain.EnterReadLock(); _plain.{|LCK1006:EnterUpgradeableReadLock|}(); _plain.ExitReadLock(); }
        }
        """);

    [Fact]
    public Task PolicySetInConstructor_Decides() => Flows.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _a;
            readonly ReaderWriterLockSlim _b;
            public C()
            {
                _a = new ReaderWriterLockSlim(LockRecursionPolicy.SupportsRecursion);
                this._b = new ReaderWriterLockSlim();
            }
            void A() { _a.EnterReadLock(); _a.EnterReadLock(); _a.ExitReadLock(); _a.ExitReadLock(); }
            void B() { _b.EnterReadLock(); _b.{|LCK1006:EnterReadLock|}(); _b.ExitReadLock(); }
            void Local()
            {
                var rw = new ReaderWriterLockSlim(LockRecursionPolicy.SupportsRecursion);
                rw.EnterReadLock(); rw.EnterReadLock(); rw.ExitReadLock(); rw.ExitReadLock();
            }
        }
        """);

    [Fact]
    public Task UnknownPolicy_Silent() => Flows.VerifyAsync("""
        class C(ReaderWriterLockSlim given)
        {
            readonly ReaderWriterLockSlim _rw = given;
            void M() { _rw.EnterReadLock(); _rw.EnterReadLock(); _rw.ExitReadLock(); _rw.ExitReadLock(); }
        }
        """);

    [Fact]
    public Task ReentrantLocks_Silent() => Flows.VerifyAsync("""
        [Lock("mine", Reentrant = true)]
        class Mine { [AcquiresLock] public void Enter() { } [ReleasesLock] public void Exit() { } }
        class C
        {
            readonly Lock _lock = new();
            readonly Mutex _mutex = new();
            readonly object _sync = new();
            readonly Mine _mine = new();
            void M()
            {
                lock (_sync) lock (_sync) { }
                lock (_lock) lock (_lock) { }
                _lock.Enter(); _lock.Enter(); _lock.Exit(); _lock.Exit();
                _mutex.WaitOne(); _mutex.WaitOne(); _mutex.ReleaseMutex(); _mutex.ReleaseMutex();
                _mine.Enter(); _mine.Enter(); _mine.Exit(); _mine.Exit();
                Monitor.Enter(_sync); N(); Monitor.Exit(_sync);
            }
            void N() { lock (_sync) { } }
        }
        """);

    [Fact]
    public Task SpinLock_NotReentrant() => Flows.VerifyAsync("""
        class C
        {
            SpinLock _spin = new(true);
            void M()
            {
                bool taken = false, again = false;
                _spin.Enter(ref taken);
                _spin.{|LCK1006:Enter|}(ref again);
                _spin.Exit();
            }
            void N()
            {
                bool taken = false;
                try
                {
                    _spin.Enter(ref taken);
                    {|LCK1006:O|}();
                }
                finally { if (taken) _spin.Exit(); }
            }
            void O()
            {
                bool taken = false;
                _spin.Enter(ref taken);
                _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task SemaphoreSlim_OnlyWhereItIsALock() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _one = new(1, 1);
            readonly SemaphoreSlim _two = new(2, 2);
            readonly SemaphoreSlim _open = new(1);
            void M() { _one.Wait(); _one.{|LCK1006:Wait|}(); _one.Release(); }
            async Task N() { await _one.WaitAsync(); await _one.{|LCK1006:WaitAsync|}().ConfigureAwait(false); _one.Release(); }
            void O() { _two.Wait(); _two.Wait(); _two.Release(2); _open.Wait(); _open.Wait(); }
            async Task P() { await _one.WaitAsync(); await {|LCK1006:Q|}(); _one.Release(); }
            async Task Q() { await _one.WaitAsync(); try { await Task.Yield(); } finally { _one.Release(); } }
        }
        """);
}
