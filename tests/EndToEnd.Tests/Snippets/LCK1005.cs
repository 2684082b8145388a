using System.Threading;

namespace Snippets.LCK1005;

public sealed class Twice
{
    private readonly object _gate = new();

    public void Run()
    {
        Monitor.Enter(_gate);
        Monitor.Exit(_gate);
        Monitor.Exit(_gate); // LCK1005
    }
}
