using System.Threading;

namespace Snippets.LCK1011;

public sealed class Counter
{
    private object _gate = new();
    private int _count;

    public void Add()
    {
        lock (this) // LCK1011
        {
            _count++;
        }
    }

    public void Reset()
    {
        Volatile.Write(ref _count, 0);
        Volatile.Write(ref _gate, new object());
    }
}
