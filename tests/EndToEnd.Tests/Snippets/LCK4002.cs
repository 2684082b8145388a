using System.Collections.Generic;
using LockDiscipline;

namespace Snippets.LCK4002;

public sealed class Registry
{
    private readonly object _gate = new();

    [TargetGuardedBy(nameof(_gate))]
    private readonly List<int> _items = new();

    public List<int> Items()
    {
        lock (_gate)
            return _items; // LCK4002
    }
}
