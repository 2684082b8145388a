using MemoryModel;
using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Mmu;

namespace Samples.RangeReasons;

/// <summary>Why an invalidation has to say what it means.</summary>
public static class Story
{
    /// <summary>Tells it.</summary>
    /// <param name="output">Where to.</param>
    public static void Tell(TextWriter output)
    {
        output.WriteLine("What an invalidation is about (KVM, June 2023)");
        output.WriteLine("Each guest has eight pages, the first four private. P: mapped as private, S: as shared, -: not mapped.");

        output.WriteLine();
        output.WriteLine("1. Who asks decides which mappings go");
        Show(output, "before", static _ => Errno.Ok);
        Show(output, "the process unmaps all of it", static guest => guest.Kvm.Mm.Munmap(Guests.Host(0, Guests.Pages)));
        Show(output, "a hole in the file over pages 1 to 2", static guest => guest.Punch(1, 2));
        Show(output, "a hole over all of the file", static guest => guest.Punch(0, Guests.Pages));
        Show(output, "pages 2 to 5 become private", static guest => guest.Convert(2, 4, isPrivate: true));
        Show(output, "pages 2 to 5 become shared", static guest => guest.Convert(2, 4, isPrivate: false));

        output.WriteLine();
        output.WriteLine("2. TDX: a private page that is taken out and put back is zero, and the guest must accept it again");
        Convert(output, "conversion to private takes only shared mappings", static guest => guest.Convert(0, Guests.Pages, isPrivate: true));
        Convert(output, "without being told, it takes both", static guest =>
        {
            UnfilteredConversion.Unmap(guest.Kvm, Guests.First, Guests.Pages);
            return Errno.Ok;
        });

        output.WriteLine();
        output.WriteLine("3. SEV-SNP: a page must be the host's again before it is freed; its number is enough for that");
        GiveBack(output, "a hole, with the slot there", static guest => guest.Punch(0, Guests.Pages));
        GiveBack(output, "the file closed after the slot was deleted", static guest =>
        {
            Errno error = guest.Kvm.SetUserMemoryRegion2(default);
            return error.IsError ? error : guest.Kvm.Mm.Files.Close(guest.Fd);
        });
    }

    private static void Show(TextWriter output, string what, Func<Guests, Errno> operation)
    {
        Guests guest = Guests.Plain();
        ulong before = guest.Kvm.MmuInvalidateSeq;
        Errno error = operation(guest);
        output.WriteLine($"   {guest.Mappings()}  {what}: {error}, {guest.Kvm.MmuInvalidateSeq - before} invalidations");
    }

    private static void Convert(TextWriter output, string what, Func<Guests, Errno> operation)
    {
        Guests guest = Guests.WithTdx();
        Errno error = operation(guest);
        RunResult result = guest.Vcpu.Read(Guests.Address(1), isPrivate: true);
        output.WriteLine($"   {what}: {error}; the guest reads its private page: {result}");
        if (result.Exit != ExitReason.Exception) return;
        error = ((Tdx)guest.Kvm.Backend).Accept(guest.Kvm, Guests.First + 1);
        result = guest.Vcpu.Read(Guests.Address(1), isPrivate: true);
        output.WriteLine($"      it accepts the page: {error}; and reads: {result}");
    }

    private static void GiveBack(TextWriter output, string what, Func<Guests, Errno> operation)
    {
        var rmp = new Rmp();
        Guests guest = Guests.WithSnp(rmp);
        int owned = Owned(rmp, guest);
        Errno error = operation(guest);
        output.WriteLine($"   {what}: {error}; the guest owned {owned} pages, and owns {Owned(rmp, guest)}; {guest.Memory.LivePages} pages in use");
    }

    private static int Owned(Rmp rmp, Guests guest)
    {
        int owned = 0;
        for (ulong pfn = 1; pfn <= Guests.Pages; pfn++)
        {
            Result<RmpEntry> entry = rmp.Lookup(new Pfn(pfn));
            if (entry.IsOk && entry.Value.IsAssigned) owned++;
        }
        return owned;
    }
}
