using System.Threading;
using LockDiscipline;

namespace Snippets.LockStatements;

// A lock statement on a Lock is lowered to Monitor by older compilers and to EnterScope by newer ones.
public sealed class BothLowerings
{
    private readonly Lock _gate = new();

    [GuardedBy(nameof(_gate))]
    private int _value;

    public int Correct()
    {
        lock (_gate)
            return _value;
    }

    public int ByScope()
    {
        using (_gate.EnterScope())
            return _value;
    }

    public int After()
    {
        lock (_gate)
            _value = 1;
        return _value; // LCK1001
    }
}
