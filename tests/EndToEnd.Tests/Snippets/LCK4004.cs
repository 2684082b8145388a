using LockDiscipline;

namespace Snippets.LCK4004;

public static class Pool
{
    [return: Owned("buffer")]
    public static object Rent() => new();

    public static void Return([Consumes("buffer")] object buffer)
    {
    }

    public static void Run()
    {
        var buffer = Rent();
        Return(buffer);
        System.Console.WriteLine(buffer); // LCK4004
    }
}
