using LockDiscipline;

namespace Snippets.LCK9002;

public abstract class Notifier
{
    protected readonly object Gate = new();

    public abstract void Invalidate();
}

public sealed class ShadowNotifier : Notifier
{
    [RequiresLock(nameof(Gate))]
    public override void Invalidate() // LCK9002
    {
    }
}
