using LockDiscipline;

namespace Samples.PlainLocks;

/// <summary><c>SpinLock</c>, with annotations: a few instructions under it and nothing that can block; text is made after the release.</summary>
public sealed class Statistics
{
    // Not readonly: the struct changes when it is taken.
    private SpinLock _lock = new(enableThreadOwnerTracking: false);

    [GuardedBy(nameof(_lock))]
    private long _sum;

    [GuardedBy(nameof(_lock))]
    private int _count;

    /// <summary>Adds a value.</summary>
    public void Add(long value)
    {
        bool taken = false;
        try
        {
            _lock.Enter(ref taken);
            _sum += value;
            _count++;
        }
        finally
        {
            if (taken) _lock.Exit();
        }
    }

    /// <summary>Number and sum of the values, of one moment.</summary>
    public string Describe()
    {
        long sum;
        int count;
        bool taken = false;
        try
        {
            _lock.Enter(ref taken);
            sum = _sum;
            count = _count;
        }
        finally
        {
            if (taken) _lock.Exit();
        }
        return $"{count} values, sum {sum}";
    }
}
