using LockDiscipline;

namespace Snippets.LCK2002;

public sealed class Machine
{
    private readonly object _outer = new();

    [AcquiredAfter(nameof(_outer))]
    private readonly object _inner = new();

    public void Run()
    {
        lock (_inner)
        {
            lock (_outer) // LCK2002
            {
            }
        }
    }
}
