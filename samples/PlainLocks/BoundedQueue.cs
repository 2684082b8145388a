namespace Samples.PlainLocks;

/// <summary><c>Monitor</c> by hand, without a single annotation: taken in one place, released in a finally, waits in a loop that tests its condition again.</summary>
public sealed class BoundedQueue<T>(int capacity)
{
    private readonly object _gate = new();
    private readonly Queue<T> _items = new();

    /// <summary>Adds an item, waiting for room.</summary>
    public void Enqueue(T item)
    {
        Monitor.Enter(_gate);
        try
        {
            while (_items.Count == capacity) Monitor.Wait(_gate);
            _items.Enqueue(item);
            Monitor.PulseAll(_gate);
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    /// <summary>Takes the oldest item, waiting for one.</summary>
    public T Dequeue()
    {
        bool taken = false;
        try
        {
            Monitor.Enter(_gate, ref taken);
            while (_items.Count == 0) Monitor.Wait(_gate);
            T item = _items.Dequeue();
            Monitor.PulseAll(_gate);
            return item;
        }
        finally
        {
            if (taken) Monitor.Exit(_gate);
        }
    }

    /// <summary>Takes the oldest item if there is one and nobody is busy with the queue.</summary>
    public bool TryDequeue(out T? item)
    {
        item = default;
        if (!Monitor.TryEnter(_gate)) return false;
        try
        {
            if (!_items.TryDequeue(out item)) return false;
            Monitor.PulseAll(_gate);
            return true;
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }
}
