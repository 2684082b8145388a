using LockDiscipline.Analyzers.Rules;
using LockDiscipline.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace LockDiscipline.Tests.Fixes;

/// <summary>The mistakes of the reviews, mended by the fixes with nothing but the contracts of the memory model's API.</summary>
public sealed class MemoryModelFixTests
{
    [Fact]
    public Task VmaLookedUpWithoutTheMmapLock_WrappedInItsReadScope() => VerifyAsync<LCK1001WrapInLockFix>("""
            public static void M(Ultravisor uv, Hva addr, Gfn gfn)
            {
                Vma? vma = uv.Kvm.Mm.{|LCK1002:VmaLookup|}(addr);
                if (vma is null) return;
                Errno error = uv.{|LCK1002:PageOut|}(vma, addr, gfn);
                if (error.IsError) uv.Kvm.Log.Error("Can't page out");
            }
        """, """
            public static void M(Ultravisor uv, Hva addr, Gfn gfn)
            {
                using (uv.Kvm.Mm.MmapRead())
                {
                    Vma? vma = uv.Kvm.Mm.VmaLookup(addr);
                    if (vma is null) return;
                    Errno error = uv.PageOut(vma, addr, gfn);
                    if (error.IsError) uv.Kvm.Log.Error("Can't page out");
                }
            }
        """);

    [Fact]
    public Task LockingVariantWithTheLockHeld_LockedVariantCalled() => VerifyAsync<LCK1006DropAcquireFix>("""
            [RequiresLock("uv.Kvm.Mm.MmapLock", Shared = true)]
            public static Errno M(Ultravisor uv, Vma vma, Hva addr, Gfn gfn)
            {
                uv.UvmemLock.Lock();
                Errno error = uv.{|LCK1006:PageOut|}(vma, addr, gfn);
                uv.UvmemLock.Unlock();
                return error;
            }
        """, """
            [RequiresLock("uv.Kvm.Mm.MmapLock", Shared = true)]
            public static Errno M(Ultravisor uv, Vma vma, Hva addr, Gfn gfn)
            {
                uv.UvmemLock.Lock();
                Errno error = uv.PageOutLocked(vma, addr, gfn);
                uv.UvmemLock.Unlock();
                return error;
            }
        """);

    [Fact]
    public Task ErrorsMergedInTheWalk_LeftWithTheFirst() => VerifyAsync<LCK3002CheckBeforeOverwriteFix>("""
            public static Errno M(Kvm kvm, HvaRange range, HvaRangeOperation handler)
            {
                Errno ret = Errno.Ok;
                int index = kvm.Srcu.ReadLock();
                foreach (Memslot slot in kvm.Memslots().InHvaRange(range))
                {
                    {|LCK3002:ret |=|} handler(kvm, SlotGfnRange.Clip(slot, range));
                }
                kvm.Srcu.ReadUnlock(index);
                return ret;
            }
        """, """
            public static Errno M(Kvm kvm, HvaRange range, HvaRangeOperation handler)
            {
                Errno ret = Errno.Ok;
                int index = kvm.Srcu.ReadLock();
                foreach (Memslot slot in kvm.Memslots().InHvaRange(range))
                {
                    ret = handler(kvm, SlotGfnRange.Clip(slot, range));
                    if (ret.IsError)
                        break;
                }
                kvm.Srcu.ReadUnlock(index);
                return ret;
            }
        """);

    [Fact]
    public Task ReadSectionNotEndedOnTheErrorPath_EndedInFinally() => VerifyAsync<LCK1004ReleaseFix>("""
            public static Errno M(Kvm kvm, HvaRange range, HvaRangeOperation handler)
            {
                int index = kvm.Srcu.{|LCK1004:ReadLock|}();
                foreach (Memslot slot in kvm.Memslots().InHvaRange(range))
                {
                    Errno ret = handler(kvm, SlotGfnRange.Clip(slot, range));
                    if (ret.IsError) return ret;
                }
                kvm.Srcu.ReadUnlock(index);
                return Errno.Ok;
            }
        """, """
            public static Errno M(Kvm kvm, HvaRange range, HvaRangeOperation handler)
            {
                int index = kvm.Srcu.ReadLock();
                try
                {
                    foreach (Memslot slot in kvm.Memslots().InHvaRange(range))
                    {
                        Errno ret = handler(kvm, SlotGfnRange.Clip(slot, range));
                        if (ret.IsError) return ret;
                    }
                }
                finally
                {
                    kvm.Srcu.ReadUnlock(index);
                }
                return Errno.Ok;
            }
        """);

    [Fact]
    public Task RecheckLeftOutForPrivatePages_MadeForAll() => VerifyAsync<LCK5001RecheckFix>("""
            public static RetPf M(Kvm kvm, Vcpu vcpu, in GuestAccess access)
            {
                using (kvm.Srcu.Read())
                {
                    PageFault fault = kvm.BeginPageFault(vcpu, access);
                    fault.MmuSeq = kvm.MmuInvalidateSeq;
                    HostPage? page = kvm.FaultinPfnPrivate(vcpu, fault, out _);
                    if (page is null) return RetPf.Invalid;
                    RetPf outcome = RetPf.Retry;
                    using (kvm.MmuLock.Write())
                    {
                        if ((fault.IsPrivate || !kvm.IsPageFaultStale(fault)) && kvm.{|LCK5001:MapPage|}(vcpu, fault, page).IsOk) outcome = RetPf.Fixed;
                    }
                    GuestMemfd.PutPfn(kvm, page);
                    return outcome;
                }
            }
        """, """
            public static RetPf M(Kvm kvm, Vcpu vcpu, in GuestAccess access)
            {
                using (kvm.Srcu.Read())
                {
                    PageFault fault = kvm.BeginPageFault(vcpu, access);
                    fault.MmuSeq = kvm.MmuInvalidateSeq;
                    HostPage? page = kvm.FaultinPfnPrivate(vcpu, fault, out _);
                    if (page is null) return RetPf.Invalid;
                    RetPf outcome = RetPf.Retry;
                    using (kvm.MmuLock.Write())
                    {
                        if (!kvm.IsPageFaultStale(fault) && kvm.MapPage(vcpu, fault, page).IsOk) outcome = RetPf.Fixed;
                    }
                    GuestMemfd.PutPfn(kvm, page);
                    return outcome;
                }
            }
        """);

    [Fact]
    public Task SampledAfterTheLookUp_MovedBeforeIt() => VerifyAsync<LCK5002MoveSampleUpFix>("""
            public static void M(Kvm kvm, Vcpu vcpu, in GuestAccess access)
            {
                using (kvm.Srcu.Read())
                {
                    PageFault fault = kvm.BeginPageFault(vcpu, access);
                    HostPage? page = kvm.{|LCK5002:FaultinPfnShared|}(vcpu, fault, out _);
                    if (page is null) return;
                    fault.MmuSeq = kvm.MmuInvalidateSeq;
                    using (kvm.MmuLock.Write())
                    {
                        if (!kvm.IsPageFaultStale(fault)) _ = kvm.MapPage(vcpu, fault, page);
                    }
                    kvm.ReleasePfnClean(page);
                }
            }
        """, """
            public static void M(Kvm kvm, Vcpu vcpu, in GuestAccess access)
            {
                using (kvm.Srcu.Read())
                {
                    PageFault fault = kvm.BeginPageFault(vcpu, access);
                    fault.MmuSeq = kvm.MmuInvalidateSeq;
                    HostPage? page = kvm.FaultinPfnShared(vcpu, fault, out _);
                    if (page is null) return;
                    using (kvm.MmuLock.Write())
                    {
                        if (!kvm.IsPageFaultStale(fault)) _ = kvm.MapPage(vcpu, fault, page);
                    }
                    kvm.ReleasePfnClean(page);
                }
            }
        """);

    [Fact]
    public Task PrivatePageGivenBackAsShared_ByTheReleaseOfItsKind() => VerifyAsync<LCK4004RightReleaseFix>("""
            [RequiresLock("kvm.Srcu", Shared = true)]
            public static void M(Kvm kvm, Memslot slot, Gfn gfn)
            {
                Result<HostPage> page = GuestMemfd.FindPfn(kvm, slot, gfn);
                if (page.IsError) return;
                kvm.{|LCK4004:ReleasePfnClean|}(page.Value);
            }
        """, """
            [RequiresLock("kvm.Srcu", Shared = true)]
            public static void M(Kvm kvm, Memslot slot, Gfn gfn)
            {
                Result<HostPage> page = GuestMemfd.FindPfn(kvm, slot, gfn);
                if (page.IsError) return;
                GuestMemfd.PutPfn(kvm, page.Value);
            }
        """);

    [Fact]
    public Task FlushedBehindTheLock_FlushedUnderIt() => VerifyAsync<LCK5003SettleFix>("""
            [RequiresLock("kvm.Srcu", Shared = true)]
            public static void M(Kvm kvm, SlotGfnRange range)
            {
                kvm.MmuLock.WriteLock();
                bool flush = kvm.UnmapGfnRange(range);
                kvm.MmuLock.{|LCK5003:WriteUnlock|}();
                if (flush) kvm.FlushRemoteTlbs();
            }
        """, """
            [RequiresLock("kvm.Srcu", Shared = true)]
            public static void M(Kvm kvm, SlotGfnRange range)
            {
                kvm.MmuLock.WriteLock();
                bool flush = kvm.UnmapGfnRange(range);
                if (flush) kvm.FlushRemoteTlbs();
                kvm.MmuLock.WriteUnlock();
            }
        """);

    static Task VerifyAsync<TFix>(string before, string after)
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixVerifier<FlowAnalyzer, TFix>.Test
        {
            TestCode = Source(before),
            FixedCode = Source(after),
        };
        test.TestState.AdditionalReferences.Add(MetadataReference.CreateFromFile(typeof(MemoryModel.Kvm).Assembly.Location));
        return test.RunAsync();
    }

    static string Source(string members) => $$"""
        using LockDiscipline;
        using MemoryModel;
        using MemoryModel.Backends;
        using MemoryModel.Memory;
        using MemoryModel.Mmu;
        using MemoryModel.PrivateMemory;
        using MemoryModel.Ranges;
        using MemoryModel.Slots;

        public static class C
        {
        {{members}}
        }
        """;
}
