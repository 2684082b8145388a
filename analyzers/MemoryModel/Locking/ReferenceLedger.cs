using System.Runtime.CompilerServices;
using MemoryModel.Memory;

namespace MemoryModel.Locking;

/// <summary>What a task has been handed: things that are good only as long as one hold of a lock, and references to pages that it owes.</summary>
/// <remarks>Kept by the validator alone. Belongs to its task's thread.</remarks>
internal sealed class ReferenceLedger
{
    // Weak: a thread that never ends must not keep everything alive that it ever looked up.
    private readonly ConditionalWeakTable<object, StrongBox<long>> _handedOut = new();
    private readonly List<(HostPage Page, PageHolder Holder)> _owned = [];

    /// <summary>One of the pages that the task owes a put, in words; null when there is none.</summary>
    public string? FirstOwned => _owned.Count == 0 ? null : $"page {_owned[0].Page.Pfn} ({_owned[0].Holder})";

    /// <summary>True for references that are somebody's on his way, and not a table's.</summary>
    public static bool IsOnTheWay(PageHolder holder) => holder is PageHolder.GetUserPages or PageHolder.Gmem or PageHolder.Kernel;

    /// <summary>Notes a reference that was taken.</summary>
    public void Got(HostPage page, PageHolder holder)
    {
        if (IsOnTheWay(holder)) _owned.Add((page, holder));
    }

    /// <summary>Notes a reference that was put, or handed to a table. One that another task took is that task's.</summary>
    public void Gave(HostPage page, PageHolder holder)
    {
        if (!IsOnTheWay(holder)) return;
        int index = _owned.LastIndexOf((page, holder));
        if (index >= 0) _owned.RemoveAt(index);
    }

    /// <summary>Notes that something was looked up under a hold.</summary>
    public void HandOut(object thing, in HeldLock hold) => _handedOut.AddOrUpdate(thing, new StrongBox<long>(hold.Since));

    /// <summary>True when the task has looked something up, but not under this hold.</summary>
    public bool IsFromAnotherHold(object thing, in HeldLock hold) => _handedOut.TryGetValue(thing, out StrongBox<long>? since) && since.Value != hold.Since;
}
