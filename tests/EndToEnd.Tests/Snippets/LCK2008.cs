using System.Threading;

namespace Snippets.LCK2008;

public sealed class Mailbox
{
    private readonly object _gate = new();
    private int _letters;

    public void Take()
    {
        lock (_gate)
        {
            if (_letters == 0)
                Monitor.Wait(_gate); // LCK2008
            _letters--;
        }
    }

    public void Put()
    {
        lock (_gate)
        {
            _letters++;
            Monitor.Pulse(_gate);
        }
    }
}
