using LockDiscipline;

namespace Snippets.LCK9002;

public abstract class Notifier
{
    protected readonly object Gate = new();

    protected readonly object Other = new();

    [RequiresLock(nameof(Gate))]
    public abstract void Invalidate();
}

public sealed class ShadowNotifier : Notifier
{
    [RequiresLock(nameof(Gate), nameof(Other))]
    public override void Invalidate() // LCK9002
    {
    }
}
