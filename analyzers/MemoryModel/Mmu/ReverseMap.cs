using System.Runtime.CompilerServices;
using LockDiscipline;
using MemoryModel.Memory;

namespace MemoryModel.Mmu;

/// <summary>For every frame of a memslot, the roots that map it: the way from a frame to its shadow entries.</summary>
/// <remarks>
/// Source: struct kvm_rmap_head and pte_list_desc. Like there, taking one root out moves the last one into its place: who walks a list while taking out of it begins anew each time, or misses one
/// ("KVM swapping with MMU Notifiers", 2008, looks the next one up first and does).
/// </remarks>
public sealed class ReverseMap
{
    // Nothing, a root, or a list of roots.
    private readonly RadixTable<object?> _heads = new();

    /// <summary>Number of roots that map a frame.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="offset">Number of the frame within the slot.</param>
    [RequiresLock("kvm.MmuLock", Shared = true)]
    public int CountAt(Kvm kvm, ulong offset)
    {
        kvm.MmuLock.AssertHeldShared();
        return _heads.Get(offset) switch
        {
            null => 0,
            List<ShadowRoot> list => list.Count,
            _ => 1,
        };
    }

    /// <summary>One of the roots that map a frame.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="offset">Number of the frame within the slot.</param>
    /// <param name="position">From 0 to below <see cref="CountAt"/>. Good until a root is taken out.</param>
    [RequiresLock("kvm.MmuLock", Shared = true)]
    [return: ValidUnder("kvm.MmuLock")]
    public ShadowRoot? At(Kvm kvm, ulong offset, int position)
    {
        kvm.MmuLock.AssertHeldShared();
        return _heads.Get(offset) switch
        {
            List<ShadowRoot> list => position < list.Count ? list[position] : null,
            ShadowRoot root => position == 0 ? root : null,
            _ => null,
        };
    }

    internal void Add(ulong offset, ShadowRoot root)
    {
        ref object? head = ref _heads.Add(offset);
        if (head is null) head = root;
        else if (head is List<ShadowRoot> list) list.Add(root);
        else head = new List<ShadowRoot> { (ShadowRoot)head, root };
    }

    /// <summary>Takes a root out, and puts the last one in its place.</summary>
    internal void Remove(ulong offset, ShadowRoot root)
    {
        ref object? head = ref _heads.Find(offset);
        if (Unsafe.IsNullRef(ref head)) throw Missing(offset);
        if (head is List<ShadowRoot> list)
        {
            int at = list.IndexOf(root);
            if (at < 0) throw Missing(offset);
            list[at] = list[^1];
            list.RemoveAt(list.Count - 1);
            if (list.Count == 1) head = list[0];
        }
        else if (ReferenceEquals(head, root))
        {
            head = null;
        }
        else
        {
            throw Missing(offset);
        }
    }

    /// <summary>Goes on to the next frame that some root maps.</summary>
    /// <param name="from">Where to look from; afterwards the frame found.</param>
    /// <param name="end">Where to stop.</param>
    /// <returns>False when there is none.</returns>
    internal bool Next(ref ulong from, ulong end)
    {
        ulong next = from;
        while (_heads.Next(ref next, end, out Span<object?> cells, out ulong first))
        {
            for (int i = 0; i < cells.Length; i++)
            {
                if (cells[i] is null) continue;
                from = first + (ulong)i;
                return true;
            }
        }
        return false;
    }

    private static ModelViolationException Missing(ulong offset) =>
        new("E14", Locking.ModelTask.Current.Name, $"a shadow entry of frame {offset} of its slot is not in the reverse map");
}
