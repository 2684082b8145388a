namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2004: a thread-bound lock is held where the thread is given up.</summary>
public sealed class LCK2004Tests
{
    [Fact]
    public Task MonitorOverAwait_FoundAtTheKeyword() => Flows.VerifyMembersAsync("""
        async Task M()
        {
            Monitor.{|#1:Enter|}(_sync);
            try
            {
                {|#0:await|} Task.Delay(1);
            }
            finally
            {
                Monitor.Exit(_sync);
            }
        }
        """, Flows.Finding("LCK2004", 0, 1).WithArguments("_sync", "await"));

    [Fact]
    public Task EveryThreadBoundLockOfTheFramework_Found() => Flows.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly Mutex _mutex = new();
            readonly Lock _lock = new();
            SpinLock _spin = new(false);
            async Task Read()
            {
                _rw.EnterReadLock();
                {|LCK2004:await|} Task.Yield();
                _rw.ExitReadLock();
            }
            async Task Write()
            {
                _rw.EnterWriteLock();
                try { {|LCK2004:await|} Task.Yield(); }
                finally { _rw.ExitWriteLock(); }
            }
            async Task Upgrade()
            {
                _rw.EnterUpgradeableReadLock();
                {|LCK2004:await|} Task.Yield();
                _rw.ExitUpgradeableReadLock();
            }
            async Task Kernel()
            {
                _mutex.WaitOne();
                {|LCK2004:await|} Task.Yield();
                _mutex.ReleaseMutex();
            }
            async Task Plain()
            {
                _lock.Enter();
                {|LCK2004:await|} Task.Yield();
                _lock.Exit();
            }
            async Task Attempt()
            {
                if (!_lock.TryEnter())
                    return;
                {|LCK2004:await|} Task.Yield();
                _lock.Exit();
            }
            async Task Spinning()
            {
                bool taken = false;
                _spin.Enter(ref taken);
                {|LCK2004:await|} Task.Yield();
                if (taken)
                    _spin.Exit();
            }
        }
        """);

    [Fact]
    public Task SemaphoreSlim_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly SemaphoreSlim _one = new(1, 1);
            readonly Semaphore _kernel = new(1, 1);
            async Task Async()
            {
                await _one.WaitAsync();
                try { await Task.Delay(1); }
                finally { _one.Release(); }
            }
            async Task Sync()
            {
                _one.Wait();
                await Task.Delay(1);
                _one.Release();
            }
            async Task Attempt()
            {
                if (!await _one.WaitAsync(10).ConfigureAwait(false))
                    return;
                await Task.Delay(1);
                _one.Release();
            }
            async Task Handle()
            {
                _kernel.WaitOne();
                await Task.Delay(1);
                _kernel.Release();
            }
            IEnumerable<int> Items()
            {
                _one.Wait();
                try { yield return 1; }
                finally { _one.Release(); }
            }
        }
        """);

    [Fact]
    public Task LockTypes_ByWhatTheySay() => Flows.VerifyAsync("""
        [Lock("async lock", ThreadBound = false)]
        class AsyncGate
        {
            [AcquiresLock] public Task EnterAsync() => Task.CompletedTask;
            [AcquiresLock] public AsyncScope Open() => new();
            [ReleasesLock] public void Exit() { }
        }
        [ScopedLock] class AsyncScope : IAsyncDisposable { public ValueTask DisposeAsync() => default; }
        class C
        {
            readonly AsyncGate _async = new();
            readonly Gate _bound = new();
            async Task A()
            {
                await _async.EnterAsync();
                await Task.Yield();
                _async.Exit();
            }
            async Task B()
            {
                await using var scope = _async.Open();
                await Task.Yield();
            }
            async Task D()
            {
                using (_bound.Open())
                    {|LCK2004:await|} Task.Yield();
                await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task AwaitForeachAndAwaitUsing_FoundAtTheirKeywords() => Flows.VerifyMembersAsync("""
        async Task Loop(IAsyncEnumerable<int> items)
        {
            _gate.Enter();
            {|LCK2004:await|} foreach (var item in items)
                Work();
            _gate.Exit();
        }
        async Task Declared(IAsyncDisposable thing)
        {
            _gate.Enter();
            {
                {|LCK2004:await|} using var kept = thing;
                Work();
            }
            _gate.Exit();
        }
        async Task Statement(IAsyncDisposable thing)
        {
            _gate.Enter();
            {|LCK2004:await|} using (thing)
                Work();
            _gate.Exit();
        }
        async Task After(IAsyncDisposable thing)
        {
            await using var kept = thing;
            _gate.Enter();
            Work();
            _gate.Exit();
        }
        """);

    [Fact]
    public Task YieldInsideALock_Found() => Flows.VerifyMembersAsync("""
        IEnumerable<int> Items(int[] items)
        {
            lock (_sync)
            {
                foreach (var item in items)
                    {|LCK2004:yield|} return item;
            }
        }
        async IAsyncEnumerable<int> Stream()
        {
            _gate.Enter();
            {|LCK2004:yield|} return 1;
            _gate.Exit();
            await Task.Yield();
            yield return 2;
        }
        IEnumerable<int> None()
        {
            lock (_sync)
                yield break;
        }
        """);

    [Fact]
    public Task YieldUnderTheCallersLock_Silent() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")]
        IEnumerable<int> Items()
        {
            for (int i = 0; i < _n; i++)
                yield return i;
        }
        """);

    [Fact]
    public Task AwaitUnderTheCallersLock_Found() => Flows.VerifyMembersAsync("""
        [RequiresLock("_gate")]
        async Task M()
        {
            _n++;
            {|LCK2004:await|} Task.Yield();
            _n++;
        }
        """);

    [Fact]
    public Task ReleasedBeforeTheAwait_Silent() => Flows.VerifyMembersAsync("""
        async Task<int> M(bool c)
        {
            int n;
            lock (_sync)
                n = _k;
            await Task.Delay(n);
            Monitor.Enter(_sync);
            if (c)
            {
                Monitor.Exit(_sync);
                await Task.Yield();
                Monitor.Enter(_sync);
            }
            Monitor.Exit(_sync);
            return await Task.FromResult(n);
        }
        async Task Flag(bool c)
        {
            bool taken = false;
            if (c)
                Monitor.Enter(_sync, ref taken);
            if (!taken)
                await Task.Yield();
            if (taken)
                Monitor.Exit(_sync);
        }
        """);

    [Fact]
    public Task OnePathHoldsIt_Found() => Flows.VerifyMembersAsync("""
        async Task M(bool c)
        {
            if (c)
                Monitor.Enter(_sync);
            {|LCK2004:await|} Task.Yield();
            if (c)
                Monitor.Exit(_sync);
        }
        """);

    [Fact]
    public Task HelperThatLeavesItHeld_FoundInTheCaller() => Flows.VerifyMembersAsync("""
        void Begin() => Monitor.Enter(_sync);
        void End() => Monitor.Exit(_sync);
        async Task M()
        {
            Begin();
            {|LCK2004:await|} Task.Yield();
            End();
        }
        """);

    [Fact]
    public Task Lambdas_JudgedByTheirOwnAwait() => Flows.VerifyMembersAsync("""
        void Later()
        {
            lock (_sync)
                Task.Run(async () => await Task.Yield());
        }
        void InPlace(List<int> items)
        {
            lock (_sync)
                items.ForEach(async i => await Task.Delay(i));
        }
        void Inside()
        {
            Func<Task> f = async () =>
            {
                Monitor.Enter(_sync);
                {|LCK2004:await|} Task.Yield();
                Monitor.Exit(_sync);
            };
            f();
        }
        async Task Local()
        {
            await Run();
            async Task Run()
            {
                Monitor.Enter(_sync);
                {|LCK2004:await|} Task.Yield();
                Monitor.Exit(_sync);
            }
        }
        """);

    [Fact]
    public Task AwaitOfAnArgument_FoundWhereItIs() => Flows.VerifyMembersAsync("""
        static Task<int> Get() => Task.FromResult(1);
        async Task M()
        {
            Monitor.Enter(_sync);
            _k = Math.Max({|LCK2004:await|} Get(), _k);
            Monitor.Exit(_sync);
        }
        """);

    [Fact]
    public Task TopLevelStatements_Found() => Flows.VerifyProgramAsync("""
        var gate = new object();
        Monitor.Enter(gate);
        {|LCK2004:await|} Task.Yield();
        Monitor.Exit(gate);
        """);
}
