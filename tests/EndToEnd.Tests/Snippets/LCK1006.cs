using LockDiscipline;

namespace Snippets.LCK1006;

[Lock("mutex")]
public sealed class Gate
{
    [AcquiresLock]
    public void Enter()
    {
    }

    [ReleasesLock]
    public void Exit()
    {
    }
}

public sealed class Pages
{
    private readonly Gate _gate = new();

    public void PageOut()
    {
        _gate.Enter();
        _gate.Enter(); // LCK1006
        _gate.Exit();
    }
}
