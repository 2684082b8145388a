using System.Collections.Immutable;

namespace LockDiscipline.Benchmarks.Code;

/// <summary>Members that take locks of the framework; <see cref="LockHeavyCode"/> writes the fields that they use.</summary>
static class LockShapes
{
    /// <summary>Nothing is to be found in these.</summary>
    public static readonly ImmutableArray<string> Correct =
    [
        """
        public int Count { get { lock (_gate) { return _n; } } set { lock (_gate) _n = value; } }
        """,
        """
        public int Statement(int key)
        {
            lock (_gate)
            {
                if (_items.TryGetValue(key, out var value))
                    return value;
                for (int i = 0; i < key; i++)
                {
                    if (i == _n)
                        continue;
                    _items[i] = i + _n;
                }
                return _n++;
            }
        }
        """,
        """
        public void Nested(int by)
        {
            lock (_gate)
            {
                _n += by;
                lock (_inner)
                {
                    if (_n < 0)
                        throw new InvalidOperationException();
                    _items.Clear();
                }
            }
        }
        """,
        """
        public void Taken(string text)
        {
            bool taken = false;
            try
            {
                Monitor.Enter(_gate, ref taken);
                _n += text.Length;
            }
            finally
            {
                if (taken)
                    Monitor.Exit(_gate);
            }
        }
        """,
        """
        public bool Tried(int milliseconds)
        {
            if (!Monitor.TryEnter(_gate, milliseconds))
                return false;
            try
            {
                _n++;
                return _n > milliseconds;
            }
            finally
            {
                Monitor.Exit(_gate);
            }
        }
        """,
        """
        public int Scope(int by)
        {
            using (_lock.EnterScope())
            {
                _n -= by;
                if (_n < 0)
                    return 0;
            }
            using var scope = _lock.EnterScope();
            return _n;
        }
        """,
        """
        public void Lazily(IEnumerable<int> keys, bool need)
        {
            bool locked = false;
            foreach (var key in keys)
            {
                if (key < 0)
                    continue;
                if (!locked && need)
                {
                    _lock.Enter();
                    locked = true;
                }
                _items[key] = _n;
            }
            if (locked)
                _lock.Exit();
        }
        """,
        """
        public int ReadOrAdd(int key)
        {
            _rw.EnterReadLock();
            try
            {
                if (_items.TryGetValue(key, out var found))
                    return found;
            }
            finally
            {
                _rw.ExitReadLock();
            }
            _rw.EnterWriteLock();
            try
            {
                return _items[key] = _n;
            }
            finally
            {
                _rw.ExitWriteLock();
            }
        }
        """,
        """
        public void Upgrade(int key)
        {
            _rw.EnterUpgradeableReadLock();
            try
            {
                if (_items.ContainsKey(key))
                    return;
                _rw.EnterWriteLock();
                try { _items.Add(key, _n); }
                finally { _rw.ExitWriteLock(); }
            }
            finally
            {
                _rw.ExitUpgradeableReadLock();
            }
        }
        """,
        """
        public int Spin(int rounds)
        {
            bool taken = false;
            try
            {
                _spin.Enter(ref taken);
                while (rounds-- > 0 && _n < 1000)
                    _n += rounds;
                return _n;
            }
            finally
            {
                if (taken)
                    _spin.Exit();
            }
        }
        """,
        """
        public async Task<int> SemaphoreAsync(Func<int, Task<int>> load, CancellationToken cancel)
        {
            await _semaphore.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                _n = await load(_n).ConfigureAwait(false);
                return _n;
            }
            finally
            {
                _semaphore.Release();
            }
        }
        """,
        """
        public int Dequeue()
        {
            lock (_gate)
            {
                while (_n == 0)
                    Monitor.Wait(_gate);
                if (--_n == 0)
                    Monitor.PulseAll(_gate);
                return _n;
            }
        }
        """,
        """
        public void Pair(bool again)
        {
            Begin();
            _n++;
            if (again)
                _items.Clear();
            Finish();
        }
        private void Begin() { Monitor.Enter(_inner); _n++; }
        private void Finish() { _n--; Monitor.Exit(_inner); }
        """,
        """
        public static int HandOver(Node head, int until)
        {
            var node = head;
            Monitor.Enter(node.Gate);
            while (node.Value < until && node.Next is { } next)
            {
                Monitor.Enter(next.Gate);
                Monitor.Exit(node.Gate);
                node = next;
            }
            int value = node.Value;
            Monitor.Exit(node.Gate);
            return value;
        }
        """,
        """
        public Action Deferred(int by)
        {
            void Add(int amount)
            {
                lock (_inner)
                    _n += amount;
            }
            return () =>
            {
                Add(by);
                lock (_gate)
                    _n -= by;
            };
        }
        """,
        """
        public string Chosen(int kind)
        {
            Monitor.Enter(_gate);
            switch (kind)
            {
                case 0:
                    Monitor.Exit(_gate);
                    return "none";
                case > 100:
                    _n = kind;
                    break;
                case 1 or 2:
                    _n++;
                    goto case 0;
                default:
                    _n = kind is 7 ? 0 : _n;
                    break;
            }
            Monitor.Exit(_gate);
            return _n.ToString();
        }
        """,
        """
        public int Retried(Func<int> compute)
        {
            for (int attempt = 0; ; attempt++)
            {
                if (_lock.TryEnter())
                {
                    try
                    {
                        return _n = compute();
                    }
                    catch (TimeoutException) when (attempt < 3)
                    {
                        _n = 0;
                    }
                    finally
                    {
                        _lock.Exit();
                    }
                }
                Thread.Yield();
            }
        }
        """,
    ];

    /// <summary>One finding each.</summary>
    public static readonly ImmutableArray<string> Flawed =
    [
        // LCK2003, with Nested
        """
        public int Backwards()
        {
            lock (_inner)
            {
                lock (_gate)
                    return _n;
            }
        }
        """,
        // LCK1004
        """
        public int EarlyReturn(int key)
        {
            Monitor.Enter(_gate);
            if (!_items.TryGetValue(key, out var value))
                return -1;
            Monitor.Exit(_gate);
            return value;
        }
        """,
        // LCK1005
        """
        public void ReleasedTwice()
        {
            _lock.Enter();
            _n++;
            _lock.Exit();
            _n--;
            _lock.Exit();
        }
        """,
        // LCK1005
        """
        public void OtherMode(int key)
        {
            _rw.EnterReadLock();
            _n = key;
            _rw.ExitWriteLock();
        }
        """,
        // LCK1006
        """
        public void Again()
        {
            bool taken = false, again = false;
            _spin.Enter(ref taken);
            _n++;
            _spin.Enter(ref again);
            _spin.Exit();
        }
        """,
        // LCK1006
        """
        public void AgainInside()
        {
            _rw.EnterWriteLock();
            Read();
            _rw.ExitWriteLock();
        }
        private void Read()
        {
            _rw.EnterReadLock();
            _n++;
            _rw.ExitReadLock();
        }
        """,
        // LCK1008
        """
        public void Sometimes(bool need, int by)
        {
            if (need)
                Monitor.Enter(_inner);
            _n += by;
            Monitor.Exit(_inner);
        }
        """,
        // LCK1009
        """
        public void Ignored()
        {
            Monitor.TryEnter(_gate);
            _n++;
            Monitor.Exit(_gate);
        }
        """,
        // LCK1010
        """
        public void Dropped()
        {
            _lock.EnterScope();
            _n++;
        }
        """,
        // LCK2001
        """
        public void Sleeps()
        {
            bool taken = false;
            _spin.Enter(ref taken);
            try
            {
                Thread.Sleep(1);
            }
            finally
            {
                if (taken)
                    _spin.Exit();
            }
        }
        """,
        // LCK1002
        """
        public void PulsedWithout()
        {
            _n++;
            Monitor.PulseAll(_gate);
        }
        """,
        // LCK2004
        """
        public async Task Awaits()
        {
            Monitor.Enter(_gate);
            await Task.Yield();
            _n++;
            Monitor.Exit(_gate);
        }
        """,
        // LCK2008
        """
        public void WaitsOnce()
        {
            lock (_gate)
            {
                if (_n == 0)
                    Monitor.Wait(_gate);
                _n--;
            }
        }
        """,
        // LCK1011
        """
        public void OfTheType()
        {
            lock (typeof(Monitor))
                _n++;
        }
        """,
    ];
}
