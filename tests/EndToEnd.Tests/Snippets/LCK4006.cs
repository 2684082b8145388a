using LockDiscipline;

namespace Snippets.LCK4006;

[Lock("read section")]
public sealed class Readers
{
    [AcquiresLock(Shared = true)]
    [return: LockToken]
    public int Enter() => 1;

    [ReleasesLock(Shared = true)]
    public void Exit([LockToken] int token)
    {
    }
}

public static class Reading
{
    public static void Run(Readers first, Readers second)
    {
        var token = first.Enter();
        var other = second.Enter();
        second.Exit(other);
        first.Exit(other); // LCK4006
        System.Console.WriteLine(token);
    }
}
