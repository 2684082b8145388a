using LockDiscipline;

namespace Samples.PlainLocks;

/// <summary><c>ReaderWriterLockSlim</c>, with annotations: readers share, a miss is upgraded.</summary>
public sealed class Cache<TKey, TValue> : IDisposable where TKey : notnull
{
    private readonly ReaderWriterLockSlim _lock = new();

    [GuardedBy(nameof(_lock))]
    private readonly Dictionary<TKey, TValue> _entries = [];

    /// <summary>Number of entries.</summary>
    public int Count
    {
        get
        {
            _lock.EnterReadLock();
            try
            {
                return _entries.Count;
            }
            finally
            {
                _lock.ExitReadLock();
            }
        }
    }

    /// <summary>Looks an entry up and makes it if it is not there. The factory may run although its result is not used.</summary>
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> factory)
    {
        if (TryGet(key, out TValue? found)) return found!;

        // Foreign code runs before the lock is taken, not under it.
        TValue fresh = factory(key);
        _lock.EnterUpgradeableReadLock();
        try
        {
            if (_entries.TryGetValue(key, out TValue? other)) return other;
            _lock.EnterWriteLock();
            try
            {
                _entries.Add(key, fresh);
            }
            finally
            {
                _lock.ExitWriteLock();
            }
            return fresh;
        }
        finally
        {
            _lock.ExitUpgradeableReadLock();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private bool TryGet(TKey key, out TValue? value)
    {
        _lock.EnterReadLock();
        try
        {
            return _entries.TryGetValue(key, out value);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }
}
