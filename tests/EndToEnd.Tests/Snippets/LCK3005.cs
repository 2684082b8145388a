using LockDiscipline;

namespace Snippets.LCK3005;

[MustCheck]
public enum Status
{
    Ok,
    Failed,
}

public static class Slots
{
    public static Status Allocate() => Status.Ok;

    public static Status Create()
    {
        if (Allocate() != Status.Ok)
            return Status.Ok; // LCK3005
        return Allocate();
    }
}
