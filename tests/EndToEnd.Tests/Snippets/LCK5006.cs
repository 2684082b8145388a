using LockDiscipline;

namespace Snippets.LCK5006;

public sealed class Counter
{
    private readonly object _gate = new();

    [GuardedBy("_gate")]
    private int _pages;

    public void Grow()
    {
        int pages;
        lock (_gate)
            pages = _pages;
        lock (_gate)
            _pages = pages + 1; // LCK5006
    }
}
