using System.Threading;

namespace Snippets.LCK1010;

public sealed class Dropped
{
    private readonly Lock _gate = new();

    public void Run()
    {
        _gate.EnterScope(); // LCK1010
    }
}
