using LockDiscipline;
using MemoryModel.Memory;

namespace MemoryModel.Ranges;

/// <summary>What the HVA range operator does with the frames of one slot. It may sleep and take mutexes, so it never runs under the mmu_lock.</summary>
/// <param name="kvm">The machine.</param>
/// <param name="range">Frames of one slot.</param>
/// <returns>Ok to go on; an error ends the walk.</returns>
/// <remarks>Source: kvm_hva_range_op_t of "KVM: Add HVA range operator" (2023). What the C handler gets through its data pointer, a lambda captures.</remarks>
[MustCheck, ExcludesLock("kvm.MmuLock"), MaySleep]
public delegate Errno HvaRangeOperation(Kvm kvm, in SlotGfnRange range);
