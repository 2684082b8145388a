using LockDiscipline;

namespace Snippets.LCK9001;

public sealed class Misspelt
{
    private readonly object _gate = new();

    [GuardedBy("_gat")] // LCK9001
    public int Value;

    public object Gate => _gate;
}
