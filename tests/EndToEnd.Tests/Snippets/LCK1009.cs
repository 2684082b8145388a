using System.Threading;

namespace Snippets.LCK1009;

public sealed class Attempt
{
    private readonly object _gate = new();

    public void Run()
    {
        Monitor.TryEnter(_gate); // LCK1009
    }
}
