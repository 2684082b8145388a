using MemoryModel.Memory;

namespace MemoryModel.Slots;

/// <summary>What user space asks for: create, delete (size 0), move or change a memslot.</summary>
/// <param name="Slot">Number of the slot in the lower 16 bits, of the address space above.</param>
/// <param name="Flags">Flags; <see cref="MemslotFlags.Invalid"/> is not for user space.</param>
/// <param name="GuestPhysAddr">First byte in the guest; page aligned.</param>
/// <param name="MemorySize">Bytes; page aligned; 0 deletes.</param>
/// <param name="UserspaceAddr">First byte in the process; page aligned.</param>
/// <remarks>Source: struct kvm_userspace_memory_region.</remarks>
public readonly record struct UserMemoryRegion(uint Slot, MemslotFlags Flags, Gpa GuestPhysAddr, ulong MemorySize, Hva UserspaceAddr)
{
    /// <summary>Number of the slot within its address space.</summary>
    public int Id => (int)(Slot & 0xffff);

    /// <summary>Number of the address space.</summary>
    public int AddressSpace => (int)(Slot >> 16);
}
