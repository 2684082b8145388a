using System.Threading;

namespace Snippets.LCK1008;

public sealed class Sometimes
{
    private readonly object _gate = new();
    private int _value;

    public void Run(int a, int b)
    {
        if (a > 0)
            Monitor.Enter(_gate); // LCK1008
        _value++;
        if (b > 0)
            Monitor.Exit(_gate);
    }
}
