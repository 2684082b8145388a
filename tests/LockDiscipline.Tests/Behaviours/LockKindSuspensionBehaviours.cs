using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Which kinds of lock may be held where a body is suspended, and what is still good behind the gap.</summary>
public sealed class LockKindSuspensionBehaviours
{
    [Fact]
    public Task AwaitUnderAThreadBoundLock_WhateverItsKind() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new(LockRecursionPolicy.SupportsRecursion);
            readonly ReaderWriterLock _old = new();
            readonly Mutex _mutex = new();
            readonly Lock _lock = new();
            readonly Gate _gate = new();
            SpinLock _spin = new(false);
            async Task TryRead(CancellationToken c)
            {
                if (!_rw.TryEnterReadLock(10))
                    return;
                try { {|LCK2004:await|} Task.Delay(1, c); }
                finally { _rw.ExitReadLock(); }
                await Task.Delay(1, c);
            }
            async Task Old()
            {
                _old.AcquireReaderLock(10);
                {|LCK2004:await|} Task.Yield();
                _old.ReleaseReaderLock();
            }
            async Task<int> TryMutex()
            {
                if (_mutex.WaitOne(5))
                {
                    try { return {|LCK2004:await|} Task.FromResult(1); }
                    finally { _mutex.ReleaseMutex(); }
                }
                return await Task.FromResult(0);
            }
            async Task Declared()
            {
                using var scope = _gate.Open();
                {|LCK2004:await|} Task.Yield();
            }
            async ValueTask Spun()
            {
                bool taken = false;
                try
                {
                    _spin.Enter(ref taken);
                    {|LCK2004:await|} Task.Yield();
                }
                finally { if (taken) _spin.Exit(); }
            }
            async Task Nested(SemaphoreSlim slim)
            {
                await slim.WaitAsync();
                lock (_lock) { _ = 1; }
                await Task.Yield();
                slim.Release();
            }
            async Task InAnArgument()
            {
                _lock.Enter();
                Use(1, {|LCK2004:await|} Task.FromResult(2));
                _lock.Exit();
                Use(1, await Task.FromResult(2));
            }
            static void Use(int a, int b) { }
        }
        """);

    [Fact]
    public Task AwaitInABranchOfTheSection_OnlyWhereItIsHeld() => LocksOnly.VerifyMembersAsync("""
        async Task Wrong(bool c)
        {
            Monitor.Enter(_sync);
            if (c)
                {|LCK2004:await|} Task.Yield();
            Monitor.Exit(_sync);
        }
        async Task Right(bool c)
        {
            Monitor.Enter(_sync);
            if (c)
            {
                Monitor.Exit(_sync);
                await Task.Yield();
                return;
            }
            Monitor.Exit(_sync);
        }
        async Task WrongInFinally()
        {
            _gate.Enter();
            try { Work(); }
            finally
            {
                {|LCK2004:await|} Task.Yield();
                _gate.Exit();
            }
        }
        async Task RightInFinally()
        {
            _gate.Enter();
            try { Work(); }
            finally
            {
                _gate.Exit();
                await Task.Yield();
            }
        }
        async Task WrongInCatch()
        {
            _gate.Enter();
            try { Work(); }
            catch (InvalidOperationException) { {|LCK2004:await|} Task.Yield(); }
            _gate.Exit();
        }
        async Task RightFlag(bool c)
        {
            bool taken = false;
            if (c)
                taken = _gate.TryEnter();
            if (taken)
                _gate.Exit();
            else
                await Task.Yield();
        }
        """);

    [Fact]
    public Task YieldUnderALock_WhateverItsKind() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly Lock _lock = new();
            readonly Gate _gate = new();
            readonly List<int> _items = new();
            IEnumerable<int> Read()
            {
                _rw.EnterReadLock();
                try { foreach (var i in _items) {|LCK2004:yield|} return i; }
                finally { _rw.ExitReadLock(); }
            }
            IEnumerable<int> Scoped()
            {
                using (_gate.Open())
                    {|LCK2004:yield|} return 1;
                yield return 2;
            }
            IEnumerable<int> Plain()
            {
                lock (_lock) { {|LCK2004:yield|} return 1; }
            }
            IEnumerable<int> Right()
            {
                int[] copy;
                lock (_lock)
                    copy = _items.ToArray();
                foreach (var i in copy)
                    yield return i;
            }
            IEnumerable<int> RightInEachRound()
            {
                for (int i = 0; ; i++)
                {
                    int item;
                    _rw.EnterReadLock();
                    try
                    {
                        if (i >= _items.Count)
                            yield break;
                        item = _items[i];
                    }
                    finally { _rw.ExitReadLock(); }
                    yield return item;
                }
            }
            async IAsyncEnumerable<int> Stream()
            {
                _rw.EnterWriteLock();
                {|LCK2004:await|} Task.Yield();
                {|LCK2004:yield|} return 1;
                _rw.ExitWriteLock();
            }
            IEnumerable<int> Local()
            {
                return Inner();
                IEnumerable<int> Inner()
                {
                    lock (_lock)
                        {|LCK2004:yield|} return 1;
                }
            }
        }
        """);

    [Fact]
    public Task IteratorHandedOutOfTheSection_RunsWithoutTheLock() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            [GuardedBy("_sync")] readonly List<int> _items = new();
            public IEnumerable<int> Wrong()
            {
                foreach (var i in {|LCK1001:_items|})
                    yield return i;
            }
            public IEnumerable<int> WrongToo()
            {
                lock (_sync)
                    return _items.Where(i => i > 0);
            }
            public IEnumerable<int> Right()
            {
                lock (_sync)
                    return _items.Where(i => i > 0).ToList();
            }
        }
        """);

    [Fact]
    public Task ReferenceCarriedOverTheGap_IsDead() => Flows.VerifyAsync("""
        class Item { public int Value; public void Touch() { } }
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            [GuardedBy("_sem")] Item _current = new();
            async Task Wrong()
            {
                await _sem.WaitAsync();
                var item = _current;
                _sem.Release();
                await Task.Yield();
                {|LCK4001:item|}.Touch();
            }
            async Task Right()
            {
                await _sem.WaitAsync();
                var item = _current;
                item.Touch();
                _sem.Release();
                await Task.Yield();
                await _sem.WaitAsync();
                item = _current;
                item.Touch();
                _sem.Release();
            }
            async Task RightWithin()
            {
                await _sem.WaitAsync();
                try
                {
                    var item = _current;
                    await Task.Delay(1).ConfigureAwait(false);
                    item.Touch();
                }
                finally { _sem.Release(); }
            }
            async Task<int> RightScalar()
            {
                await _sem.WaitAsync();
                int value = _current.Value;
                _sem.Release();
                await Task.Yield();
                return value;
            }
        }
        """);

    [Fact]
    public Task ValidUnderCarriedOverTheGap_IsDead() => Flows.VerifyAsync("""
        class Item { public int Value; public void Touch() { } }
        class Table
        {
            public readonly SemaphoreSlim Sem = new(1, 1);
            [RequiresLock("Sem")] [return: ValidUnder("Sem")] public Item? Find(int key) => null;
        }
        class C
        {
            readonly Table _table = new();
            async Task Wrong(int key)
            {
                await _table.Sem.WaitAsync();
                var item = _table.Find(key);
                _table.Sem.Release();
                await Task.Yield();
                await _table.Sem.WaitAsync();
                {|LCK4001:item|}?.Touch();
                _table.Sem.Release();
            }
            async Task Right(int key)
            {
                await _table.Sem.WaitAsync();
                try
                {
                    var item = _table.Find(key);
                    await Task.Yield();
                    item?.Touch();
                }
                finally { _table.Sem.Release(); }
            }
            async Task RightAgain(int key)
            {
                await _table.Sem.WaitAsync();
                var item = _table.Find(key);
                _table.Sem.Release();
                await Task.Yield();
                await _table.Sem.WaitAsync();
                item = _table.Find(key);
                item?.Touch();
                _table.Sem.Release();
            }
        }
        """, []);
}
