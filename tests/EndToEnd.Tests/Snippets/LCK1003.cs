using System.Threading;
using LockDiscipline;

namespace Snippets.LCK1003;

public sealed class Setting
{
    private readonly ReaderWriterLockSlim _gate = new();

    [GuardedBy(nameof(_gate))]
    private int _value;

    public void Set(int value)
    {
        _gate.EnterReadLock();
        try
        {
            _value = value; // LCK1003
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }
}
