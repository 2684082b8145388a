using System.Threading;
using LockDiscipline;

namespace Snippets.LCK9003;

public sealed class Table
{
    private readonly object _rows = new();

    [ReleasesLock(nameof(_rows))]
    public void End(bool changed) // LCK9003
    {
        if (changed)
            Monitor.Exit(_rows);
    }
}
