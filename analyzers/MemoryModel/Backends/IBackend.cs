using LockDiscipline;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

/// <summary>What a kind of machine does when its memslots change.</summary>
/// <remarks>Source: kvm_arch_prepare_memory_region(), kvm_arch_flush_shadow_memslot(), kvm_arch_commit_memory_region().</remarks>
public interface IBackend
{
    /// <summary>Name for messages.</summary>
    string Name { get; }

    /// <summary>Before a change is published, or after the slot became INVALID: may still refuse.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="change">What happens to the slot.</param>
    /// <param name="old">The slot as it was; null when it is created.</param>
    /// <param name="fresh">The slot as it will be; null when it is deleted.</param>
    /// <returns>Ok, or the error with which the request fails.</returns>
    [RequiresLock("kvm.SlotsLock", "kvm.SlotsArchLock"), MaySleep, MustCheck]
    Errno PrepareMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh);

    /// <summary>Lets go of everything that refers to a slot that is INVALID for every reader by now.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="slot">The INVALID slot.</param>
    [RequiresLock("kvm.SlotsLock"), ExcludesLock("kvm.SlotsArchLock", "kvm.MmuLock"), MaySleep]
    void FlushMemslot(Kvm kvm, Memslot slot);

    /// <summary>After a change has been published and no reader sees the old state any more.</summary>
    /// <param name="kvm">The machine.</param>
    /// <param name="change">What happened to the slot.</param>
    /// <param name="old">The slot as it was; null when it was created.</param>
    /// <param name="fresh">The slot as it is; null when it was deleted.</param>
    [RequiresLock("kvm.SlotsLock"), MaySleep]
    void CommitMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh);
}
