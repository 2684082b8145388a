using LockDiscipline;

namespace Snippets.LCK4005;

public sealed class Area
{
    public int Start { get; init; }

    public int Size { get; init; }

    [ContainmentTest]
    public bool Contains(int address) => address >= Start && address < Start + Size;
}

public static class Map
{
    [return: NearestMatch("address")]
    public static Area? Find(int address) => new() { Start = address };

    public static int Run(int address)
    {
        var area = Find(address);
        if (area is null)
            return 0;
        return area.Size; // LCK4005
    }
}
