using System.Threading;

namespace Snippets.LCK1004;

public sealed class Early
{
    private readonly object _gate = new();

    public int Half(int value)
    {
        Monitor.Enter(_gate); // LCK1004
        if (value % 2 != 0)
            return -1;
        Monitor.Exit(_gate);
        return value / 2;
    }
}
