using LockDiscipline;

namespace Snippets.LCK3002;

public static class Merging
{
    [MustCheck]
    public static int Handle(int value) => value > 0 ? 0 : -22;

    public static int Run()
    {
        var result = Handle(1);
        result |= Handle(2); // LCK3002
        return result;
    }
}
