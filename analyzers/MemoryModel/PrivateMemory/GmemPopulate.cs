using LockDiscipline;
using MemoryModel.Memory;

namespace MemoryModel.PrivateMemory;

/// <summary>Puts the first content into a page of private memory.</summary>
/// <param name="kvm">The machine.</param>
/// <param name="gfn">The frame.</param>
/// <param name="page">Its page; a loan.</param>
/// <param name="source">What the process has for it; null for nothing.</param>
/// <returns>Ok to go on; an error ends the walk.</returns>
/// <remarks>Source: kvm_gmem_populate_cb.</remarks>
[MustCheck, ExcludesLock("kvm.MmuLock"), MaySleep]
public delegate Errno GmemPopulate(Kvm kvm, Gfn gfn, HostPage page, ulong? source);
