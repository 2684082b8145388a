using MemoryModel;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Ranges;

namespace Samples.HvaRanges;

/// <summary>What the HVA range operator does, and why it is not the walk of the notifiers.</summary>
public static class Story
{
    private const ulong Page = PageSize.Bytes;

    /// <summary>Tells it.</summary>
    /// <param name="output">Where to.</param>
    public static void Tell(TextWriter output)
    {
        output.WriteLine("An operation on a range of host addresses (KVM, 2023)");

        output.WriteLine();
        output.WriteLine("1. All of the memory: every slot that meets it, in both address spaces");
        Load(output, Guest.Bytes(0, 6 * Page));

        output.WriteLine("2. From the middle of the second page to one byte into the fourth: clipped to each slot, partial pages count whole");
        Load(output, Guest.Bytes(Page + (Page / 2), (Page * 3 / 2) + 1));

        output.WriteLine("3. Memory runs out in the second slot: the walk ends, the third slot is not called");
        Load(output, Guest.Bytes(0, 6 * Page), failsAt: new Gfn(0x41));

        output.WriteLine("4. Ranges that are none");
        Load(output, HvaRange.FromStartEnd(Guest.Memory, new Hva(2 * Page)), "a size passed as the end");
        Load(output, Guest.Bytes(0x100000, Page), "where no slot is: not told from success");

        output.WriteLine();
        output.WriteLine("5. The handler takes a mutex. Above, that was fine: the operator takes no lock of its own. Under the walk of the notifiers");
        var guest = new Guest();
        RunTask(output, "mmu notifier", () => new ImageLoader(guest, output).LoadUnderTheNotifierWalk(Guest.Bytes(0, 6 * Page)));

        output.WriteLine();
        output.WriteLine("6. Flags can be merged with OR, errors cannot");
        bool flush = NotifierWalk.Run(new Guest().Kvm, Guest.Bytes(0, 6 * Page), static (Kvm _, in SlotGfnRange range) => range.Slot.Id == 1);
        output.WriteLine($"   one of three handlers asked for a flush: {flush}");
        output.WriteLine($"   {Errno.ENOMEM} | {Errno.EFAULT} = {Errno.ENOMEM | Errno.EFAULT}");

        output.WriteLine();
        output.WriteLine("7. One walk for both, as the review proposed: a flag for the lock, the error beside the result");
        Unified(output, needLock: false);
        Unified(output, needLock: true);
    }

    private static void Load(TextWriter output, HvaRange range, string what = "result", Gfn? failsAt = null)
    {
        Errno error = new ImageLoader(new Guest(), output, failsAt).Load(range);
        output.WriteLine($"   {what}: {error}");
        if (what == "result") output.WriteLine();
    }

    private static void Unified(TextWriter output, bool needLock)
    {
        int calls = 0;
        Errno error = UnifiedWalk.Run(new Guest().Kvm, Guest.Bytes(0, 6 * Page), needLock, (Kvm _, in SlotGfnRange range, ref Errno error) =>
        {
            calls++;
            if (range.Slot.Id == 1) error = Errno.ENOMEM;
            return false;
        });
        output.WriteLine($"   {(needLock ? "with" : "without")} the lock: {calls} calls, {error}");
    }

    private static void RunTask(TextWriter output, string name, Action body)
    {
        try
        {
            ModelTask.Run(name, body);
            output.WriteLine("   not refused");
        }
        catch (ModelViolationException violation)
        {
            output.WriteLine($"   refused: {violation.Message}");
        }
    }
}
