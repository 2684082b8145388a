namespace LockDiscipline.Tests.Behaviours;

/// <summary>Whole classes as they are written: queues, caches, lists, owners, sources of events.</summary>
public sealed class SharedStateBehaviours
{
    [Fact]
    public Task BoundedQueue_WaitsAndPulsesUnderItsLock() => LocksOnly.VerifyAsync("""

        public class Bounded<T>
        {
            readonly object _sync = new();
            readonly int _capacity;
            [GuardedBy("_sync")] readonly Queue<T> _items = new();
            [GuardedBy("_sync")] bool _closed;
            public Bounded(int capacity) => _capacity = capacity;
            public bool TryAdd(T item)
            {
                lock (_sync)
                {
                    while (_items.Count >= _capacity && !_closed)
                        Monitor.Wait(_sync);
                    if (_closed)
                        return false;
                    _items.Enqueue(item);
                    Monitor.PulseAll(_sync);
                    return true;
                }
            }
            public bool TryTake(out T? item)
            {
                lock (_sync)
                {
                    while (_items.Count == 0)
                    {
                        if (_closed)
                        {
                            item = default;
                            return false;
                        }
                        Monitor.Wait(_sync);
                    }
                    item = _items.Dequeue();
                    Monitor.PulseAll(_sync);
                    return true;
                }
            }
            public int WrongCount => {|LCK1001:_items|}.Count;
            public void WrongClose()
            {
                {|LCK1001:_closed|} = true;
                Monitor.{|LCK1002:PulseAll|}(_sync);
            }
            public T WrongTake()
            {
                lock (_sync)
                {
                    if (_items.Count == 0)
                        Monitor.{|LCK2008:Wait|}(_sync);
                    return _items.Dequeue();
                }
            }
        }
        """);

    [Fact]
    public Task CacheUnderAReaderWriterLock_WritesExclusively() => LocksOnly.VerifyAsync("""

        public class Cache<TKey, TValue>
            where TKey : notnull
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] readonly Dictionary<TKey, TValue> _items = new();
            public TValue Get(TKey key, Func<TKey, TValue> make)
            {
                _rw.EnterReadLock();
                try { if (_items.TryGetValue(key, out var known)) return known; }
                finally { _rw.ExitReadLock(); }
                _rw.EnterWriteLock();
                try
                {
                    if (!_items.TryGetValue(key, out var known))
                        _items[key] = known = make(key);
                    return known;
                }
                finally { _rw.ExitWriteLock(); }
            }
            public TValue GetUpgradeable(TKey key, Func<TKey, TValue> make)
            {
                _rw.EnterUpgradeableReadLock();
                try
                {
                    if (_items.TryGetValue(key, out var known))
                        return known;
                    _rw.EnterWriteLock();
                    try { return _items[key] = make(key); }
                    finally { _rw.ExitWriteLock(); }
                }
                finally { _rw.ExitUpgradeableReadLock(); }
            }
            public bool WrongRemove(TKey key)
            {
                _rw.EnterReadLock();
                try { return {|LCK1003:_items|}.Remove(key); }
                finally { _rw.ExitReadLock(); }
            }
            public TValue WrongUpgrade(TKey key, TValue value)
            {
                _rw.EnterUpgradeableReadLock();
                try { return {|LCK1003:_items|}[key] = value; }
                finally { _rw.ExitUpgradeableReadLock(); }
            }
        }
        """);

    [Fact]
    public Task DisposableWithAFlag_ChecksItUnderItsLock() => LocksOnly.VerifyAsync("""

        public class Owner : IDisposable
        {
            readonly object _sync = new();
            [GuardedBy("_sync")] bool _disposed;
            [GuardedBy("_sync")] readonly List<IDisposable> _children = new();
            public void Dispose() { Dispose(true); GC.SuppressFinalize(this); }
            protected virtual void Dispose(bool disposing)
            {
                lock (_sync)
                {
                    if (_disposed)
                        return;
                    _disposed = true;
                    foreach (var child in _children)
                        child.Dispose();
                }
            }
            ~Owner() => Dispose(false);
            void Check() { if (_disposed) throw new ObjectDisposedException(nameof(Owner)); }
            public void Add(IDisposable child)
            {
                lock (_sync)
                {
                    Check();
                    _children.Add(child);
                }
            }
            public void WrongAdd(IDisposable child)
            {
                {|LCK1002:Check|}();
                lock (_sync)
                    _children.Add(child);
            }
            public bool WrongIsDisposed => {|LCK1001:_disposed|};
        }
        """);

    [Fact]
    public Task ListLockedHandOverHand_MovesItsLockAlong() => LocksOnly.VerifyAsync("""

        public class Node { public readonly object Gate = new(); [GuardedBy("Gate")] public int Value; public Node? Next; }
        public class List
        {
            readonly Node _head = new();
            public void Right()
            {
                var current = _head;
                Monitor.Enter(current.Gate);
                try
                {
                    while (current.Next != null)
                    {
                        var next = current.Next;
                        Monitor.Enter(next.Gate);
                        Monitor.Exit(current.Gate);
                        current = next;
                        current.Value++;
                    }
                }
                finally { Monitor.Exit(current.Gate); }
            }
            public void Wrong(Node node)
            {
                lock (node.Gate)
                {
                    node = node.Next!;
                    node.{|LCK1001:Value|} = 1;
                }
            }
            public void WrongElement(Node[] nodes, int i, int j)
            {
                lock (nodes[i].Gate)
                    nodes[j].{|LCK1001:Value|} = 1;
            }
            public void WrongPart((Node First, Node Second) pair)
            {
                lock (pair.First.Gate)
                    pair.Second.{|LCK1001:Value|} = 1;
            }
        }
        """);

    [Fact]
    public Task EventWithOwnAccessors_IsGuardedInEachOfThem() => LocksOnly.VerifyAsync("""

        public class Source
        {
            readonly object _sync = new();
            [GuardedBy("_sync")] EventHandler? _handlers;
            public event EventHandler Changed { add { lock (_sync) _handlers += value; } remove { lock (_sync) _handlers -= value; } }
            protected void Raise()
            {
                EventHandler? handlers;
                lock (_sync)
                    handlers = _handlers;
                handlers?.Invoke(this, EventArgs.Empty);
            }
            public event EventHandler Wrong { add { {|LCK1001:_handlers|} += value; } remove { {|LCK1001:_handlers|} -= value; } }
            protected void WrongRaise() => {|LCK1001:_handlers|}?.Invoke(this, EventArgs.Empty);
        }
        """);
}
