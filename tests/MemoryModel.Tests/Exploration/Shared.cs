using MemoryModel.Locking;

namespace MemoryModel.Tests.Exploration;

/// <summary>Memory that tasks share without a lock.</summary>
internal sealed class Shared
{
    private readonly int[] _cells = new int[4];

    public int Read(int cell)
    {
        SwitchPoint.Read(this, "cell", (ulong)cell);
        return _cells[cell];
    }

    public void Write(int cell, int value)
    {
        SwitchPoint.Write(this, "cell", (ulong)cell);
        _cells[cell] = value;
    }

    public int Peek(int cell) => _cells[cell];
}
