using System.Threading;
using LockDiscipline;

namespace Snippets.LCK1001;

public sealed class Counter
{
    private readonly Lock _gate = new();

    [GuardedBy(nameof(_gate))]
    private int _value;

    public void Add()
    {
        lock (_gate)
            _value++;
    }

    public int Read()
    {
        return _value; // LCK1001
    }
}
