namespace Samples.SecureMemslots;

/// <summary>Why dropping a secure memslot was reworked, what the posted form missed, and what was merged.</summary>
public static class Story
{
    /// <summary>Tells it.</summary>
    /// <param name="output">Where to.</param>
    public static void Tell(TextWriter output)
    {
        output.WriteLine("Dropping the memslot of a secure guest (KVM on POWER, July 2020)");
        output.WriteLine($"Each guest has {Guest.Pages} pages in secure memory; all of them must come out.");

        output.WriteLine();
        output.WriteLine("1. Through the page fault, as before the rework");
        var reset = new Guest(FaultBasedDrop.Drop);
        reset.DropWhileValid(FaultBasedDrop.Drop);
        Report(output, "slot still valid", reset);
        UnplugAndReport(output, "slot INVALID (memory unplugged)", new Guest(FaultBasedDrop.Drop));
        output.WriteLine("   An INVALID slot translates nothing, so nothing is touched and no fault happens: the pages are lost.");

        output.WriteLine();
        output.WriteLine("2. Paged out directly, as posted: address from the slot, area kept while the address is in it");
        UnplugAndReport(output, "one area", new Guest(PostedDrop.Drop));
        UnplugAndReport(output, "two adjacent areas", new Guest(PostedDrop.Drop, firstArea: 3));
        output.WriteLine("   It asks for an area that reaches to the end of the slot, and gives up at the first page.");

        output.WriteLine();
        output.WriteLine("3. As merged: the area that holds this one page");
        UnplugAndReport(output, "one area", new Guest());
        var merged = new Guest(firstArea: 3);
        UnplugAndReport(output, "two adjacent areas", merged);
        var holed = new Guest();
        holed.PunchHole(5);
        UnplugAndReport(output, "a hole at the sixth page", holed);
        output.WriteLine("   A hole ends the walk, and the log says where; the pages after it stay secure.");

        output.WriteLine();
        output.WriteLine("Order of locks, as the validator saw it in the merged form:");
        foreach (string edge in merged.Lockdep.Order) output.WriteLine($"   {edge}");
    }

    private static void UnplugAndReport(TextWriter output, string what, Guest guest)
    {
        guest.Unplug();
        Report(output, what, guest);
    }

    private static void Report(TextWriter output, string what, Guest guest)
    {
        output.WriteLine($"   {what}: {guest.SecurePages} pages left in secure memory");
        foreach (string line in guest.Log) output.WriteLine($"      log: {line}");
    }
}
