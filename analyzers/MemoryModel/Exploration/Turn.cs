using LockDiscipline;

namespace MemoryModel.Exploration;

/// <summary>The right to run: given by one thread, awaited by another. No spinning: the others are not to be kept from the processor.</summary>
internal sealed class Turn
{
    private readonly object _gate = new();

    [GuardedBy(nameof(_gate))]
    private bool _isGiven;

    /// <summary>Gives it.</summary>
    public void Give()
    {
        lock (_gate)
        {
            _isGiven = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits until it is given, and takes it.</summary>
    public void Await()
    {
        lock (_gate)
        {
            while (!_isGiven) Monitor.Wait(_gate);
            _isGiven = false;
        }
    }
}
