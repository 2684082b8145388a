using MemoryModel;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;

namespace Samples.PrivateFaults;

/// <summary>What a page fault on private memory does, and what its first form left out.</summary>
public static class Story
{
    /// <summary>Tells it.</summary>
    /// <param name="output">Where to.</param>
    public static void Tell(TextWriter output)
    {
        output.WriteLine("A page fault on private memory (KVM, December 2021 to 2024)");

        output.WriteLine();
        output.WriteLine("1. The attributes say what a frame is; its page comes from the guest_memfd on demand");
        var guest = new Guest();
        Gfn gfn = Guest.First;
        Show(output, "write, shared", guest.Vcpu.Write(gfn.Address, 11), guest);
        guest.Convert(gfn, isPrivate: true);
        Show(output, "converted to private; read", guest.Vcpu.Read(gfn.Address), guest);
        Show(output, "write", guest.Vcpu.Write(gfn.Address, 22), guest);
        guest.Convert(gfn, isPrivate: false);
        Show(output, "converted back; read", guest.Vcpu.Read(gfn.Address), guest);

        output.WriteLine();
        output.WriteLine("2. A private access that cannot be had: an exit that says where, how much, and which kind");
        Gfn beyond = Guest.First + Guest.Pages;
        Errno error = guest.Kvm.SetMemoryAttributes(beyond.Address, PageSize.Bytes, MemoryAttributes.Private);
        if (error.IsError) throw new InvalidOperationException($"could not change the attributes: {error}");
        RunResult result = guest.Vcpu.Read(beyond.Address);
        VcpuRun exit = guest.Vcpu.Exit;
        output.WriteLine($"   no slot is there: {result}, gpa {exit.Gpa}, size {exit.Size}, {(exit.IsPrivate ? "private" : "shared")}");

        output.WriteLine();
        output.WriteLine("3. As posted: a page that is allocated is private");
        var posted = new Guest();
        Posted(output, posted, "shared access, not allocated", isPrivate: false);
        Posted(output, posted, "private access, not allocated", isPrivate: true);
        Allocate(posted);
        posted.Convert(gfn, isPrivate: true);
        Posted(output, posted, "private access, allocated", isPrivate: true);
        Posted(output, posted, "shared access, allocated", isPrivate: false);

        output.WriteLine();
        output.WriteLine("4. A hole is punched after the page was looked up and before it is mapped");
        Race(output, "as posted, no check for a private page", static guest => Hole(guest));
        Race(output, "the check made for every page", static guest => CheckedHole(guest));
    }

    private static void Show(TextWriter output, string what, RunResult result, Guest guest) =>
        output.WriteLine($"   {what}: {result}; {guest.File.PageCount} private pages, {guest.Memory.LivePages} pages in all");

    private static void Posted(TextWriter output, Guest guest, string what, bool isPrivate)
    {
        PostedFault.Outcome outcome = PostedFault.Handle(guest, Guest.First, isPrivate);
        int held = 0;
        for (ulong pfn = 1; pfn <= (ulong)guest.Memory.LivePages; pfn++)
        {
            HostPage page = guest.Memory.PageOf(new Pfn(pfn));
            held += page.HeldBy(PageHolder.Gmem) + page.HeldBy(PageHolder.GetUserPages);
        }
        output.WriteLine($"   {what}: {outcome}; references not given back: {held}");
    }

    private static void Race(TextWriter output, string what, Func<Guest, string> run)
    {
        try
        {
            output.WriteLine($"   {what}: {run(new Guest())}");
        }
        catch (ModelViolationException violation)
        {
            output.WriteLine($"   {what}: {violation.Message}");
        }
    }

    private static string Hole(Guest guest)
    {
        guest.Convert(Guest.First, isPrivate: true);
        Allocate(guest);
        return PostedFault.Handle(guest, Guest.First, isPrivate: true, meanwhile: () => Punch(guest)).ToString();
    }

    private static string CheckedHole(Guest guest)
    {
        guest.Convert(Guest.First, isPrivate: true);
        Allocate(guest);
        return CheckedFault.Handle(guest, Guest.First, meanwhile: () => Punch(guest)).ToString();
    }

    private static void Allocate(Guest guest)
    {
        Errno error = guest.File.Fallocate(FallocateMode.KeepSize, 0, PageSize.Bytes);
        if (error.IsError) throw new InvalidOperationException($"could not allocate: {error}");
    }

    private static void Punch(Guest guest)
    {
        Errno error = guest.Punch(Guest.First);
        if (error.IsError) throw new InvalidOperationException($"could not punch the hole: {error}");
    }
}
