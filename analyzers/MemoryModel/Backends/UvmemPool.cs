using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;

namespace MemoryModel.Backends;

/// <summary>The secure memory of the machine room: pages that only the Ultravisor can reach, handed out to all guests.</summary>
/// <remarks>Source: kvmppc_uvmem_bitmap and its lock, a leaf of the lock order. Thread-safe.</remarks>
public sealed class UvmemPool
{
    private readonly SpinningLock _bitmapLock;
    private readonly int _capacity;

    [GuardedBy(nameof(_bitmapLock))]
    private readonly ulong[] _bitmap;

    // Whose each page is, for the checker of invariants.
    [GuardedBy(nameof(_bitmapLock))]
    private readonly object?[] _owners;

    [GuardedBy(nameof(_bitmapLock))]
    private int _used;

    /// <summary>Creates a pool of free pages.</summary>
    /// <param name="capacity">Number of pages.</param>
    /// <param name="lockdep">The validator, or null for none.</param>
    public UvmemPool(int capacity, Lockdep? lockdep = null)
    {
        _capacity = capacity;
        _bitmap = new ulong[(capacity + 63) / 64];
        _owners = new object?[capacity];
        _bitmapLock = new SpinningLock("uvmem_bitmap_lock", lockdep);
    }

    /// <summary>Number of pages there are.</summary>
    public int Capacity => _capacity;

    /// <summary>Number of pages handed out.</summary>
    public int Used
    {
        get
        {
            using (_bitmapLock.Hold())
            {
                return _used;
            }
        }
    }

    /// <summary>Takes the free page of the lowest number.</summary>
    /// <returns>Its number; ENOMEM when none is free.</returns>
    internal Result<Pfn> Alloc(object owner)
    {
        using (_bitmapLock.Hold())
        {
            if (_used == _capacity) return Errno.ENOMEM;
            for (int word = 0; word < _bitmap.Length; word++)
            {
                if (_bitmap[word] == ulong.MaxValue) continue;
                int bit = System.Numerics.BitOperations.TrailingZeroCount(~_bitmap[word]);
                _bitmap[word] |= 1UL << bit;
                _used++;
                _owners[(word * 64) + bit] = owner;
                return new Pfn((ulong)((word * 64) + bit));
            }
            return Errno.ENOMEM;
        }
    }

    /// <summary>Gives a page back.</summary>
    /// <exception cref="ModelViolationException">"E19": it was free.</exception>
    internal void Free(Pfn pfn)
    {
        int word = (int)(pfn.Value / 64);
        ulong bit = 1UL << (int)(pfn.Value % 64);
        using (_bitmapLock.Hold())
        {
            if ((_bitmap[word] & bit) == 0) throw new ModelViolationException("E19", ModelTask.Current.Name, $"secure page {pfn} was freed twice");
            _bitmap[word] &= ~bit;
            _owners[(int)pfn.Value] = null;
            _used--;
        }
    }

    /// <summary>True when a page is handed out to one machine.</summary>
    internal bool IsOwnedBy(Pfn pfn, object owner)
    {
        using (_bitmapLock.Hold())
        {
            return ReferenceEquals(_owners[(int)pfn.Value], owner);
        }
    }

    /// <summary>Pages that are handed out to one machine.</summary>
    internal int UsedBy(object owner)
    {
        using (_bitmapLock.Hold())
        {
            return _owners.Count(other => ReferenceEquals(other, owner));
        }
    }
}
