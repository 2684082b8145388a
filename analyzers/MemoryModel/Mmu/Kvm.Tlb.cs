using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;

namespace MemoryModel;

// vCPUs, and their caches of translations.
public sealed partial class Kvm
{
    private Vcpu[] _vcpus = [];

    /// <summary>The vCPUs there are.</summary>
    public IReadOnlyList<Vcpu> Vcpus => Volatile.Read(ref _vcpus);

    /// <summary>Makes a vCPU.</summary>
    /// <returns>The vCPU; EIO when the machine is dead; ENOMEM.</returns>
    /// <remarks>Source: KVM_CREATE_VCPU.</remarks>
    [ExcludesLock(nameof(VmLock)), MaySleep]
    public Result<Vcpu> CreateVcpu()
    {
        Mm.Lockdep?.MightSleep("creating a vCPU", VmLock);
        if (IsDead) return Errno.EIO;
        if (Mm.Memory.Fails(FaultSite.Structure)) return Errno.ENOMEM;
        using (VmLock.Hold())
        {
            var vcpu = new Vcpu(this, _vcpus.Length);
            SwitchPoint.Write(this, "the vCPUs");
            Volatile.Write(ref _vcpus, [.. _vcpus, vcpu]);
            return vcpu;
        }
    }

    /// <summary>Makes every vCPU forget its translations. When this returns, none uses an old one any more: those in guest mode have left it, and forget before they enter it again.</summary>
    /// <remarks>Source: kvm_flush_remote_tlbs(), KVM_REQ_TLB_FLUSH with KVM_REQUEST_WAIT. Does not sleep: a vCPU leaves guest mode within one access.</remarks>
    [Settles("tlb flush")]
    public void FlushRemoteTlbs() => MakeAllRequest(VcpuRequests.FlushTlb);

    internal void MakeAllRequest(VcpuRequests request)
    {
        SwitchPoint.Read(this, "the vCPUs");
        Vcpu[] vcpus = Volatile.Read(ref _vcpus);
        foreach (Vcpu vcpu in vcpus) vcpu.MakeRequest(request);
        foreach (Vcpu vcpu in vcpus) vcpu.WaitUntilOutsideGuest();
    }
}
