using MemoryModel.Memory;

namespace MemoryModel.Slots;

/// <summary>What user space asks for: create, delete (size 0), move or change a memslot.</summary>
/// <param name="Slot">Number of the slot in the lower 16 bits, of the address space above.</param>
/// <param name="Flags">Flags; <see cref="MemslotFlags.Invalid"/> is not for user space.</param>
/// <param name="GuestPhysAddr">First byte in the guest; page aligned.</param>
/// <param name="MemorySize">Bytes; page aligned; 0 deletes.</param>
/// <param name="UserspaceAddr">First byte in the process; page aligned.</param>
/// <param name="GuestMemfd">Number of the file that private memory comes from, with <see cref="MemslotFlags.GuestMemfd"/>.</param>
/// <param name="GuestMemfdOffset">Where in that file; page aligned.</param>
/// <remarks>Source: struct kvm_userspace_memory_region and its second form, which has the last two.</remarks>
public readonly record struct UserMemoryRegion(uint Slot, MemslotFlags Flags, Gpa GuestPhysAddr, ulong MemorySize, Hva UserspaceAddr, int GuestMemfd = -1, ulong GuestMemfdOffset = 0)
{
    /// <summary>Number of the slot within its address space.</summary>
    public int Id => (int)(Slot & 0xffff);

    /// <summary>Number of the address space.</summary>
    public int AddressSpace => (int)(Slot >> 16);
}
