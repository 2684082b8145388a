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

    [RequiresSettled("flush")]
    public static void Free()
    {
    }

    public static void Run()
    {
        var flush = Zap(1);
        Free(); // LCK5003
        if (flush)
            Flush();
    }
}
