using System.Runtime.CompilerServices;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;

namespace MemoryModel.Mmu;

// Guest mode: what the hardware does.
public sealed partial class Vcpu
{
    private const int OutsideGuest = 0;
    private const int InGuest = 1;

    private readonly ShadowRoot?[] _roots = new ShadowRoot?[Kvm.AddressSpaceCount * 2];
    private ShadowRoot? _ownRoot;
    private int _mode;

    // In guest mode, and found that nothing is asked of it: from here on it uses what it has, until it leaves.
    private bool _hasEntered;
    private int _requests;

    // The last access took a fault, so the next one probably does too.
    private bool _expectsFault;

    /// <summary>True when the entry of the process for what the guest touches was asked for before it touched it.</summary>
    internal bool HasForeseen { get; private set; }

    /// <summary>Asks something of the vCPU before it enters the guest again.</summary>
    internal void MakeRequest(VcpuRequests request)
    {
        SwitchPoint.Write(this, "the vCPU's requests");
        Interlocked.Or(ref _requests, (int)request);
    }

    /// <summary>Waits until it is not in guest mode, if it is there now.</summary>
    internal void WaitUntilOutsideGuest()
    {
        SwitchPoint.Wait(this, "the vCPU's mode", this, static vcpu => Volatile.Read(ref ((Vcpu)vcpu)._mode) != InGuest);
        var spin = new SpinWait();
        while (Volatile.Read(ref _mode) == InGuest) spin.SpinOnce();
    }

    /// <summary>The root for one kind of memory, in the address space that it is in.</summary>
    internal ShadowRoot RootFor(bool isPrivate)
    {
        SwitchPoint.Read(Kvm, "which roots are obsolete");
        bool mirror = isPrivate && Kvm.Backend.HasMirror;
        if (!mirror && _ownRoot is { IsObsolete: false } own) return own;
        ref ShadowRoot? root = ref _roots[(AddressSpace * 2) + (mirror ? 1 : 0)];
        if (root is null || root.IsObsolete) root = Kvm.LoadRoot(AddressSpace, mirror);
        return root;
    }

    /// <summary>True when a request to forget translations is pending, so that what it holds counts for nothing: it forgets before it uses them.</summary>
    internal bool WillFlush => !Volatile.Read(ref _hasEntered) && Volatile.Read(ref _requests) != 0;

    /// <summary>Where a fault is to be expected, asks for everything that it will look at before it looks at the first of it: in a large machine each is a wait for memory.</summary>
    private void Foresee(Gfn gfn)
    {
        HasForeseen = _expectsFault;
        _expectsFault = false;
        if (!HasForeseen) return;
        _roots[AddressSpace * 2]?.Approach(gfn);
        if (Kvm.PeekSlots(AddressSpace).Foresee(gfn) is { } slot) Kvm.Mm.Approach(slot.ForeseenHvaOf(gfn));
    }

    /// <summary>Enters the guest for one access, and leaves it again.</summary>
    private GuestStep Enter(in GuestAccess access, out ulong value)
    {
        bool isPrivate = Kvm.Backend.GuestDecidesPrivacy ? access.IsPrivate : Kvm.MemIsPrivate(access.Gpa.Frame);
        ShadowRoot root = RootFor(isPrivate);
        root.Approach(access.Gpa.Frame);
        while (true)
        {
            // Mode first, requests second; who makes one does it in the opposite order, so one of the two sees the other.
            SwitchPoint.Write(this, "the vCPU's mode");
            Interlocked.Exchange(ref _mode, InGuest);
            SwitchPoint.Read(this, "the vCPU's requests");
            if (Volatile.Read(ref _requests) == 0) break;
            SwitchPoint.Write(this, "the vCPU's mode");
            Volatile.Write(ref _mode, OutsideGuest);
            SwitchPoint.Write(this, "the vCPU's requests");
            if (Interlocked.Exchange(ref _requests, 0) != 0) Tlb.Flush();
            root = RootFor(isPrivate);
        }
        Volatile.Write(ref _hasEntered, true);
        GuestStep step = Access(access, root, isPrivate, out value);
        SwitchPoint.Write(this, "the vCPU's mode");
        Volatile.Write(ref _hasEntered, false);
        Volatile.Write(ref _mode, OutsideGuest);
        return step;
    }

    private GuestStep Access(in GuestAccess access, ShadowRoot root, bool isPrivate, out ulong value)
    {
        value = 0;
        bool write = access.Kind == AccessKind.Write;
        Gfn gfn = access.Gpa.Frame;
        if (Tlb.TryFind(gfn, root, out Spte spte, out int generation) is not { } page || (write && !spte.IsWritable))
        {
            HostPage? found = Walk(root, gfn, write, out spte);
            if (found is null) return GuestStep.PageFault;
            page = found;
            generation = page.Generation;
            Tlb.Fill(gfn, root, spte, page, generation);
        }
        else if (IsStale(root, gfn, spte))
        {
            Tlb.StaleHits++;
        }
        SwitchPoint.Write(page, "page", page.Pfn.Value);
        if ((page.Generation != generation || !page.IsInUse) && Kvm.Invariants is not null)
            throw new ModelViolationException("E3", ModelTask.Current.Name, $"vCPU {Id} uses frame {gfn} through a translation to page {page.Pfn}, which has been freed");
        if (Kvm.Backend.ChecksAccess)
        {
            ProtectionCheck check = Kvm.Backend.CheckAccess(this, gfn, page, isPrivate, access.Kind);
            if (check != ProtectionCheck.Allowed) return check == ProtectionCheck.Fault ? GuestStep.ProtectionFault : GuestStep.Exception;
        }
        if (write) page.Content = access.Data;
        else value = page.Content;
        return GuestStep.Done;
    }

    /// <summary>The hardware's walk: finds the entry and marks it as used, unless it changes meanwhile.</summary>
    /// <returns>The page; null when there is no entry, or one that does not allow the access.</returns>
    private HostPage? Walk(ShadowRoot root, Gfn gfn, bool write, out Spte spte)
    {
        spte = default;
        ref ShadowCell cell = ref root.Find(gfn);
        if (Unsafe.IsNullRef(ref cell)) return null;
        ulong marks = write ? Spte.AccessedBit | Spte.DirtyBit : Spte.AccessedBit;
        while (true)
        {
            SwitchPoint.Read(root, "entry", gfn.Value);
            spte = new Spte(Volatile.Read(ref cell.Word));
            if (!spte.IsUsable || (write && !spte.IsWritable)) return null;
            if ((spte.Value & marks) == marks) return cell.PageOf(spte, Kvm.Mm.Memory);
            var marked = new Spte(spte.Value | marks);
            SwitchPoint.Write(root, "entry", gfn.Value);
            if (Interlocked.CompareExchange(ref cell.Word, marked.Value, spte.Value) != spte.Value) continue;
            spte = marked;
            return cell.PageOf(spte, Kvm.Mm.Memory);
        }
    }

    private static bool IsStale(ShadowRoot root, Gfn gfn, Spte cached)
    {
        Spte now = root.EntryOf(gfn);
        return !now.IsUsable || now.Pfn != cached.Pfn || (cached.IsWritable && !now.IsWritable);
    }
}
