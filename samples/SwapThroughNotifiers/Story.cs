using MemoryModel;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace Samples.Swapping;

/// <summary>How a guest's memory came to be swapped, and the race that was thought to be purely theoretical.</summary>
public static class Story
{
    /// <summary>Tells it.</summary>
    /// <param name="output">Where to.</param>
    public static void Tell(TextWriter output)
    {
        output.WriteLine("Swapping a guest's memory through MMU notifiers (KVM, February 2008)");

        output.WriteLine();
        output.WriteLine("1. Before: a page that is pinned for the guest stays");
        Pinned(output);

        output.WriteLine();
        output.WriteLine("2. Through notifiers: aged, taken out, flushed, written out, freed; the next touch brings it back");
        SwapOut(output, "pages pinned by shadow entries, as in the patch", pins: true);
        SwapOut(output, "pages not pinned, as later", pins: false);

        output.WriteLine();
        output.WriteLine("3. The race: the page is zapped after it was looked up and before it is mapped");
        Race(output);

        output.WriteLine();
        output.WriteLine("4. Four shadow entries of one page are taken out");
        Rmap(output);

        output.WriteLine();
        output.WriteLine("5. A slot is published before its memory is there");
        Publish(output, "the allocation succeeds", static () => new Hva(0x200000));
        Publish(output, "the allocation fails", static () => Errno.ENOMEM);
    }

    private static void Pinned(TextWriter output)
    {
        var guest = new Guest();
        Result<HostPage> pin = guest.Kvm.Mm.GetUserPage(Guest.Host(0), write: true);
        if (pin.IsError) throw new InvalidOperationException($"no page: {pin.Error}");
        Errno first = guest.Kvm.Mm.SwapOut(Guest.Host(0));
        Errno second = guest.Kvm.Mm.SwapOut(Guest.Host(0));
        output.WriteLine($"   swap out: {first}, then {second}; {guest.Memory.LivePages} page in memory");
        guest.Memory.PutPage(pin.Value);
    }

    private static void SwapOut(TextWriter output, string what, bool pins)
    {
        var guest = new Guest(pins);
        RunResult wrote = guest.Vcpu.Write(Guest.Address(0), 42);
        Errno young = guest.Kvm.Mm.SwapOut(Guest.Host(0));
        Errno error = guest.Kvm.Mm.SwapOut(Guest.Host(0));
        long left = guest.Memory.LivePages;
        RunResult read = guest.Vcpu.Read(Guest.Address(0));
        output.WriteLine($"   {what}: written {(wrote.IsDone ? "yes" : "no")}; just used: {young}; idle: {error}, {left} pages in memory; read back: {read}");
    }

    private static void Race(TextWriter output)
    {
        var repaired = new Guest();
        RetPf outcome = RepairedFault.Fault(repaired, () => Zap(repaired));
        repaired.Kvm.Invariants?.CheckAll();
        output.WriteLine($"   counted and asked again: {outcome}");
        var posted = new Guest();
        try
        {
            PostedForm.Fault(posted, () => Zap(posted));
            output.WriteLine("   as posted: not refused");
        }
        catch (ModelViolationException violation)
        {
            output.WriteLine($"   as posted: {violation.Message}");
        }
    }

    private static void Zap(Guest guest)
    {
        Errno error = guest.Kvm.Mm.Madvise(HvaRange.FromStartLength(Guest.Host(0), PageSize.Bytes), Advice.DontNeed);
        if (error.IsError) throw new InvalidOperationException($"could not drop the page: {error}");
    }

    private static void Rmap(TextWriter output)
    {
        Guest posted = WithFourRoots();
        Kvm kvm = posted.Kvm;
        int left = 0;
        using (kvm.Srcu.Read())
        using (kvm.MmuLock.Write())
        {
            if (kvm.GfnToMemslot(Guest.First) is { } slot)
            {
                if (PostedForm.UnmapRmapp(kvm, slot)) kvm.FlushRemoteTlbs();
                left = slot.Rmap.CountAt(kvm, 0);
            }
        }
        output.WriteLine($"   next one looked up first, as posted: {left} left");

        Guest repaired = WithFourRoots();
        Zap(repaired);
        kvm = repaired.Kvm;
        using (kvm.Srcu.Read())
        using (kvm.MmuLock.Write())
        {
            left = kvm.GfnToMemslot(Guest.First)?.Rmap.CountAt(kvm, 0) ?? -1;
        }
        output.WriteLine($"   begun anew after each: {left} left");
    }

    private static Guest WithFourRoots()
    {
        var guest = new Guest();
        for (int i = 0; i < 4; i++)
        {
            guest.Vcpu.UseRoot(guest.Kvm.CreateRoot());
            if (guest.Vcpu.Write(Guest.Address(0), 1).IsError) throw new InvalidOperationException("the guest could not write");
        }
        return guest;
    }

    private static void Publish(TextWriter output, string what, Func<Result<Hva>> allocate)
    {
        var slots = new SlotsOf2008();
        (int Hits, int PassedOver) during = default;
        Errno error = slots.Create(0, 4, allocate, () => during = slots.Walk(new Hva(0x201000)));
        (int Hits, int PassedOver) after = slots.Walk(new Hva(0x201000));
        output.WriteLine($"   {what}: {error}; a walk meanwhile finds {during.Hits} and passes over {during.PassedOver}, one afterwards finds {after.Hits} and passes over {after.PassedOver}");
    }
}
