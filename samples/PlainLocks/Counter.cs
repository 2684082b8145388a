using LockDiscipline;

namespace Samples.PlainLocks;

/// <summary><c>System.Threading.Lock</c>, as a statement and as a scope, with annotations.</summary>
public sealed class Counter
{
    private readonly Lock _gate = new();

    [GuardedBy(nameof(_gate))]
    private int _value;

    /// <summary>How often it was incremented.</summary>
    public int Value
    {
        get
        {
            using (_gate.EnterScope())
            {
                return _value;
            }
        }
    }

    /// <summary>Counts one more.</summary>
    public void Increment()
    {
        lock (_gate)
        {
            IncrementLocked();
        }
    }

    [RequiresLock(nameof(_gate))]
    private void IncrementLocked() => _value++;
}
