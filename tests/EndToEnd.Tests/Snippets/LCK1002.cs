using LockDiscipline;

namespace Snippets.LCK1002;

public sealed class Table
{
    private readonly object _gate = new();

    [RequiresLock(nameof(_gate))]
    private int Find(int key) => key;

    public int FindLocked(int key)
    {
        lock (_gate)
            return Find(key);
    }

    public int FindUnlocked(int key)
    {
        return Find(key); // LCK1002
    }
}
