using LockDiscipline;
using MemoryModel.Slots;

namespace MemoryModel.Backends;

/// <summary>A way to drop a memslot of a secure machine. There is one merged way, <see cref="Ultravisor.DropPages"/>; others can be put in its place to be compared with it.</summary>
/// <param name="uv">The machine's back end.</param>
/// <param name="slot">The slot; INVALID when it is being deleted or moved.</param>
/// <param name="skipPageOut">True when nobody wants the content any more.</param>
[ExcludesLock("uv.Kvm.Mm.MmapLock", "uv.UvmemLock"), MaySleep]
public delegate void MemslotDrop(Ultravisor uv, Memslot slot, bool skipPageOut);
