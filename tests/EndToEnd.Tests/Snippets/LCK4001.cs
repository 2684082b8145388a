using System.Collections.Generic;
using LockDiscipline;

namespace Snippets.LCK4001;

public sealed class Registry
{
    private readonly object _gate = new();

    [GuardedBy(nameof(_gate))]
    private List<int> _items = new();

    public void Add(int item)
    {
        List<int> items;
        lock (_gate)
            items = _items;
        items.Add(item); // LCK4001
    }
}
