using MemoryModel.Slots;

namespace MemoryModel.PrivateMemory;

/// <summary>Which part of which guest_memfd a memslot has for its private memory. All copies of a slot have the same one.</summary>
/// <remarks>Source: the gmem member of struct kvm_memory_slot.</remarks>
public sealed class GmemBinding
{
    private GuestMemfd? _file;

    internal GmemBinding(GuestMemfd file, ulong firstPage)
    {
        _file = file;
        FirstPage = firstPage;
        IsShared = (file.Flags & GmemFlags.Mmap) != 0;
    }

    /// <summary>The file; null when it has been closed meanwhile. It is not kept open by this.</summary>
    public GuestMemfd? File
    {
        get
        {
            Locking.SwitchPoint.Read(this, "file of a memslot");
            return Volatile.Read(ref _file);
        }
        internal set
        {
            Locking.SwitchPoint.Write(this, "file of a memslot");
            Volatile.Write(ref _file, value);
        }
    }

    /// <summary>The file at this moment, for the checker of invariants.</summary>
    internal GuestMemfd? PeekFile => Volatile.Read(ref _file);

    /// <summary>Number of the file's page behind the slot's first frame.</summary>
    public ulong FirstPage { get; }

    /// <summary>True when the slot's shared memory comes from the file too.</summary>
    /// <remarks>Source: KVM_MEMSLOT_GMEM_ONLY.</remarks>
    public bool IsShared { get; }
}
