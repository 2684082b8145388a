using System.Runtime.InteropServices;
using MemoryModel.Locking;

namespace MemoryModel.Exploration;

/// <summary>Which locks and memory several tasks have to do with, at least one of them exclusively: steps on anything else concern nobody but their task.</summary>
/// <remarks>
/// Found out as schedules run. Where a step concerns nobody else, letting another task go first comes to the same as letting it go afterwards, and is left out. That is sound because the first step of a schedule that were left out wrongly
/// would be one that some run has taken, since every run goes to its end; as soon as one does, the exploration goes back to where it left others out.
/// </remarks>
internal sealed class Conflicts
{
    private readonly Dictionary<(string Name, ulong Part), Users> _users = [];

    /// <summary>True when some task has tried a lock: only then does it make a difference whether a lock is released before or after the steps of others.</summary>
    public bool SomeoneTries { get; private set; }

    /// <summary>Notes a step.</summary>
    /// <returns>True when what it is about turns out to be several tasks' affair.</returns>
    public bool Note(int task, in SwitchOperation operation)
    {
        if (operation.Target is null) return false;
        if (operation.Kind == SwitchKind.TryAcquire) SomeoneTries = true;
        ref Users users = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, KeyOf(operation), out _);
        bool before = users.AreInConflict;
        if (operation.IsShared) users.Shared |= (byte)(1 << task);
        else users.Exclusive |= (byte)(1 << task);
        return !before && users.AreInConflict;
    }

    /// <summary>True when it may matter whether others go first.</summary>
    /// <param name="operation">The step.</param>
    /// <param name="isBounded">Preemptions are counted: then a release matters, because a task that runs into a held lock gives its turn up for nothing.</param>
    public bool Concerns(in SwitchOperation operation, bool isBounded)
    {
        if (operation.Target is null) return true;
        if (!_users.TryGetValue(KeyOf(operation), out Users users) || !users.AreInConflict) return false;
        // Until a lock is released, nobody can take a step that the release concerns, but try. Readers of SRCU keep nobody from anything.
        return isBounded || operation.Kind != SwitchKind.Release || SomeoneTries || operation.Target is Srcu;
    }

    /// <summary>True when several tasks have to do with what a step is about, one of them exclusively.</summary>
    public bool AreIn(in SwitchOperation operation) => operation.Target is not null && _users.TryGetValue(KeyOf(operation), out Users users) && users.AreInConflict;

    /// <summary>What a step is about; it has a target.</summary>
    public static (string Name, ulong Part) KeyOf(in SwitchOperation operation) =>
        operation.Target is LockBase gate ? (gate.Class.Name, 0) : (operation.Name!, operation.Part);

    private struct Users
    {
        public byte Shared;
        public byte Exclusive;

        public readonly bool AreInConflict => Exclusive != 0 && ((Exclusive & (Exclusive - 1)) != 0 || (Shared & ~Exclusive) != 0);
    }
}
