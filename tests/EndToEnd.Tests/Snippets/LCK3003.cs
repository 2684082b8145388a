using System;
using LockDiscipline;

namespace Snippets.LCK3003;

public static class Walk
{
    public static int ForEach(int[] slots, [StopsAtFirstError] Func<int, int> handler)
    {
        var last = 0;
        foreach (var slot in slots)
            last = handler(slot); // LCK3003
        return last;
    }
}
