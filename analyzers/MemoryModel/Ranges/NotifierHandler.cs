using LockDiscipline;

namespace MemoryModel.Ranges;

/// <summary>What a notifier walk does with the frames of one slot. It runs under the mmu_lock: nothing in it may sleep.</summary>
/// <param name="kvm">The machine.</param>
/// <param name="range">Frames of one slot.</param>
/// <returns>True when TLBs must be flushed.</returns>
/// <remarks>Source: gfn_handler_t.</remarks>
[NoSleep, RequiresLock("kvm.MmuLock")]
public delegate bool NotifierHandler(Kvm kvm, in SlotGfnRange range);
