using LockDiscipline;

namespace Snippets.LCK5003;

public static class Flushing
{
    [LeavesPending("flush", WhenReturns = true)]
    public static bool Zap(int page) => page > 0;

    [Settles("flush")]
    public static void Flush()
    {
    }

    public static void Run()
    {
        var flush = Zap(1);
        flush = Zap(2); // LCK5003
        if (flush)
            Flush();
    }
}
