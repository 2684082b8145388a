namespace MemoryModel.Tests.Agreement;

/// <summary>The locks that programs use, outermost first.</summary>
internal static class Locks
{
    public const string Slots = "slots";
    public const string Srcu = "srcu";
    public const string MmapRead = "mmap read";
    public const string MmapWrite = "mmap write";
    public const string MmuRead = "mmu read";
    public const string MmuWrite = "mmu write";
    public const string Rcu = "rcu";
    public const string Spin = "spin";

    public static readonly string[] All = [Slots, Srcu, MmapRead, MmapWrite, MmuRead, MmuWrite, Rcu, Spin];

    public static string Scope(string gate) => gate switch
    {
        Slots => "kvm.SlotsLock.Hold()",
        Srcu => "kvm.Srcu.Read()",
        MmapRead => "mm.MmapRead()",
        MmapWrite => "mm.MmapWrite()",
        MmuRead => "kvm.MmuLock.Read()",
        MmuWrite => "kvm.MmuLock.Write()",
        Rcu => "kvm.Rcu.Read()",
        _ => "w.Spin.Hold()",
    };

    public static string Take(string gate, string token) => gate switch
    {
        Slots => "kvm.SlotsLock.Lock();",
        Srcu => $"int {token} = kvm.Srcu.ReadLock();",
        MmapRead => "mm.MmapReadLock();",
        MmapWrite => "mm.MmapWriteLock();",
        MmuRead => "kvm.MmuLock.ReadLock();",
        MmuWrite => "kvm.MmuLock.WriteLock();",
        Rcu => "kvm.Rcu.ReadLock();",
        _ => "w.Spin.Lock();",
    };

    public static string Release(string gate, string token) => gate switch
    {
        Slots => "kvm.SlotsLock.Unlock();",
        Srcu => $"kvm.Srcu.ReadUnlock({token});",
        MmapRead => "mm.MmapReadUnlock();",
        MmapWrite => "mm.MmapWriteUnlock();",
        MmuRead => "kvm.MmuLock.ReadUnlock();",
        MmuWrite => "kvm.MmuLock.WriteUnlock();",
        Rcu => "kvm.Rcu.ReadUnlock();",
        _ => "w.Spin.Unlock();",
    };

    public static string Contract(string gate) => gate switch
    {
        Srcu => "[RequiresLock(\"w.Vcpu.Kvm.Srcu\", Shared = true)]",
        MmapRead => "[RequiresLock(\"w.Vcpu.Kvm.Mm.MmapLock\", Shared = true)]",
        MmapWrite => "[RequiresLock(\"w.Vcpu.Kvm.Mm.MmapLock\")]",
        Slots => "[RequiresLock(\"w.Vcpu.Kvm.SlotsLock\")]",
        Rcu => "[RequiresLock(\"w.Vcpu.Kvm.Rcu\", Shared = true)]",
        Spin => "[RequiresLock(\"w.Spin\")]",
        MmuRead => "[RequiresLock(\"w.Vcpu.Kvm.MmuLock\", Shared = true)]",
        _ => "[RequiresLock(\"w.Vcpu.Kvm.MmuLock\")]",
    };
}
