using LockDiscipline;

namespace Snippets.LCK3004;

public readonly struct Pfn
{
    public long Number { get; init; }

    [ErrorTest]
    public bool IsError => Number < 0;

    [OnSuccess]
    public long Address => Number << 12;
}

public static class Fault
{
    public static Pfn Find(long page) => new() { Number = page };

    public static void Run(long page)
    {
        var pfn = Find(page);
        System.Console.WriteLine(pfn.Address); // LCK3004
    }
}
