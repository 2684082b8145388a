using LockDiscipline;
using MemoryModel.Memory;

namespace MemoryModel.Mmu;

/// <summary>For every frame of a memslot, the roots that map it: the way from a frame to its shadow entries.</summary>
/// <remarks>
/// Source: struct kvm_rmap_head and pte_list_desc. Like there, taking one root out moves the last one into its place: who walks a list while taking out of it begins anew each time, or misses one
/// ("KVM swapping with MMU Notifiers", 2008, looks the next one up first and does). A frame that one root maps, as nearly every one is, takes a byte: the number of the root.
/// </remarks>
public sealed class ReverseMap
{
    /// <summary>Of a root, that it has no number; of a frame, that nothing maps it.</summary>
    internal const byte NoNumber = 0;

    /// <summary>Of a frame, that its roots are in a list.</summary>
    internal const byte InList = byte.MaxValue;

    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;

    // A byte per frame. Those of a large slot are made when they are needed.
    private readonly byte[]?[] _chunks;
    private readonly byte[]? _only;
    private readonly Dictionary<ulong, List<ShadowRoot>> _lists = [];

    /// <summary>Makes one that lists nothing.</summary>
    /// <param name="frames">Frames of the slot.</param>
    /// <remarks>Source: memslot_rmap_alloc().</remarks>
    internal ReverseMap(ulong frames)
    {
        if (frames <= ChunkSize)
        {
            _only = new byte[frames];
            _chunks = [_only];
            return;
        }
        _chunks = new byte[]?[((frames - 1) >> ChunkBits) + 1];
    }

    /// <summary>The byte of each frame, where the slot is small enough for one piece; otherwise null.</summary>
    internal byte[]? Heads => _only;

    /// <summary>Number of roots that map a frame.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="offset">Number of the frame within the slot.</param>
    [RequiresLock("kvm.MmuLock", Shared = true)]
    public int CountAt(Kvm kvm, ulong offset)
    {
        kvm.MmuLock.AssertHeldShared();
        return HeadOf(offset) switch
        {
            NoNumber => 0,
            InList => _lists[offset].Count,
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
        byte head = HeadOf(offset);
        if (head == NoNumber) return null;
        if (head != InList) return position == 0 ? kvm.RootOfNumber(head) : null;
        List<ShadowRoot> list = _lists[offset];
        return position < list.Count ? list[position] : null;
    }

    [RequiresLock("kvm.MmuLock")]
    internal void Add(Kvm kvm, ulong offset, ShadowRoot root)
    {
        byte[] chunk = _only ?? (_chunks[offset >> ChunkBits] ??= new byte[ChunkSize]);
        ref byte head = ref chunk[offset & (ChunkSize - 1)];
        if (head == NoNumber && root.Number != NoNumber)
        {
            head = root.Number;
            return;
        }
        if (head == InList) _lists[offset].Add(root);
        else _lists.Add(offset, head == NoNumber ? [root] : [kvm.RootOfNumber(head), root]);
        head = InList;
    }

    /// <summary>Takes a root out, and puts the last one in its place.</summary>
    internal void Remove(ulong offset, ShadowRoot root)
    {
        byte head = HeadOf(offset);
        if (head == NoNumber) throw Missing(offset);
        ref byte place = ref (_only ?? _chunks[offset >> ChunkBits]!)[offset & (ChunkSize - 1)];
        if (head != InList)
        {
            if (head != root.Number) throw Missing(offset);
            place = NoNumber;
            return;
        }
        List<ShadowRoot> list = _lists[offset];
        int at = list.IndexOf(root);
        if (at < 0) throw Missing(offset);
        list[at] = list[^1];
        list.RemoveAt(list.Count - 1);
        if (list.Count > 1 || (list.Count == 1 && list[0].Number == NoNumber)) return;
        place = list.Count == 0 ? NoNumber : list[0].Number;
        _lists.Remove(offset);
    }

    /// <summary>Goes on to the next frame that some root maps.</summary>
    /// <param name="from">Where to look from; afterwards the frame found.</param>
    /// <param name="end">Where to stop.</param>
    /// <returns>False when there is none.</returns>
    internal bool Next(ref ulong from, ulong end)
    {
        for (ulong at = from; at < end;)
        {
            ulong start = at & (ChunkSize - 1);
            int count = (int)Math.Min(ChunkSize - start, end - at);
            int found = (_only ?? _chunks[at >> ChunkBits]) is { } chunk ? chunk.AsSpan((int)start, count).IndexOfAnyExcept(NoNumber) : -1;
            if (found >= 0)
            {
                from = at + (ulong)found;
                return true;
            }
            at += (ulong)count;
        }
        return false;
    }

    /// <summary>Says that the roots of a frame will be asked for soon.</summary>
    internal void Approach(ulong offset)
    {
        if ((_only ?? _chunks[offset >> ChunkBits]) is { } chunk) CacheLine.Fetch(ref chunk[offset & (ChunkSize - 1)]);
    }

    private byte HeadOf(ulong offset) => (_only ?? _chunks[offset >> ChunkBits]) is { } chunk ? chunk[offset & (ChunkSize - 1)] : NoNumber;

    private static ModelViolationException Missing(ulong offset) =>
        new("E14", Locking.ModelTask.Current.Name, $"a shadow entry of frame {offset} of its slot is not in the reverse map");
}
