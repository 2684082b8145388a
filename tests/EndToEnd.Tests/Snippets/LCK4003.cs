using LockDiscipline;

namespace Snippets.LCK4003;

public static class Pool
{
    [return: Owned("buffer")]
    public static object Rent() => new();

    public static void Return([Consumes("buffer")] object buffer)
    {
    }

    public static void Run(bool early)
    {
        var buffer = Rent(); // LCK4003
        if (early)
            return;
        Return(buffer);
    }
}
