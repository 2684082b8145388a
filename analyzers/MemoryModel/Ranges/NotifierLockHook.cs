using LockDiscipline;

namespace MemoryModel.Ranges;

/// <summary>What a notifier walk does once, right after it took the mmu_lock.</summary>
/// <param name="kvm">The machine.</param>
/// <remarks>Source: on_lock_fn_t.</remarks>
[NoSleep, RequiresLock("kvm.MmuLock")]
public delegate void NotifierLockHook(Kvm kvm);
