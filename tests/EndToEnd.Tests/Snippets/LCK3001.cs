using LockDiscipline;

namespace Snippets.LCK3001;

public static class Handlers
{
    [MustCheck]
    public static int Handle(int value) => value > 0 ? 0 : -22;

    public static void Run()
    {
        Handle(1); // LCK3001
    }
}
