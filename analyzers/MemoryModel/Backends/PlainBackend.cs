using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

/// <summary>A machine without confidential computing: has nothing to add.</summary>
public sealed class PlainBackend : IBackend
{
    /// <inheritdoc/>
    public string Name => "plain";

    /// <inheritdoc/>
    public Errno PrepareMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh)
    {
        kvm.AssertPreparesMemslot();
        return Errno.Ok;
    }

    /// <inheritdoc/>
    public void FlushMemslot(Kvm kvm, Memslot slot)
    {
        kvm.AssertFlushesMemslot();
    }

    /// <inheritdoc/>
    public void CommitMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh)
    {
        kvm.AssertCommitsMemslot();
    }
}
