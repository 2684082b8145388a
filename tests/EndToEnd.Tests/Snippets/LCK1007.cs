using LockDiscipline;

namespace Snippets.LCK1007;

public sealed class Notifier
{
    private readonly object _gate = new();

    [ExcludesLock(nameof(_gate))]
    public void Notify()
    {
        lock (_gate)
        {
        }
    }

    public void Run()
    {
        lock (_gate)
        {
            Notify(); // LCK1007
        }
    }
}
