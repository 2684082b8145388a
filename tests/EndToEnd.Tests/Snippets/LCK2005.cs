using LockDiscipline;

namespace Snippets.LCK2005;

[Lock("read section")]
public sealed class Readers
{
    [AcquiresLock(Shared = true)]
    public void Enter()
    {
    }

    [ReleasesLock(Shared = true)]
    public void Exit()
    {
    }

    [WaitsFor]
    public void Synchronize()
    {
    }
}

public sealed class Slots
{
    private readonly Readers _readers = new();

    public void Replace()
    {
        _readers.Enter();
        _readers.Synchronize(); // LCK2005
        _readers.Exit();
    }
}
