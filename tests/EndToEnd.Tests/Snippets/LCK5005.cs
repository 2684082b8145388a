using LockDiscipline;

namespace Snippets.LCK5005;

public sealed class Vcpu
{
    public int Address { get; private set; }

    [AssignedWhenReturns(true, "Address")]
    public bool Faults(int address)
    {
        if (address < 0)
            return true; // LCK5005
        Address = address;
        return true;
    }
}
