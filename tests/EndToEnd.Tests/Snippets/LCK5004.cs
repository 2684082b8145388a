using LockDiscipline;

namespace Snippets.LCK5004;

public static class Ranges
{
    [RequiresTest("start < end")]
    public static void Zap(int start, int end)
    {
    }

    public static void Run(int start, int end)
    {
        Zap(start, end); // LCK5004
    }
}
