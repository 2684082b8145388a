using LockDiscipline;
using MemoryModel;
using MemoryModel.Memory;
using MemoryModel.Ranges;

namespace Samples.HvaRanges;

/// <summary>Loads a guest's first image: makes each page private, which takes a mutex. This is what the operator was written for.</summary>
public sealed class ImageLoader
{
    private readonly Guest _guest;
    private readonly TextWriter _output;
    private readonly Gfn? _failsAt;

    /// <summary>Creates a loader.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="output">Where it says what it does.</param>
    /// <param name="failsAt">A frame at which memory runs out.</param>
    public ImageLoader(Guest guest, TextWriter output, Gfn? failsAt = null)
    {
        _guest = guest;
        _output = output;
        _failsAt = failsAt;
    }

    /// <summary>Makes a range of the process's memory private to the guest, up to the first error.</summary>
    /// <param name="range">The range.</param>
    /// <returns>What <see cref="HvaRangeOperator.Apply"/> returns.</returns>
    [MaySleep]
    public Errno Load(HvaRange range) => HvaRangeOperator.Apply(_guest.Kvm, range, MakePrivate);

    /// <summary>The same work under the walk of the notifiers. It takes a mutex under the mmu_lock, and the validator refuses it.</summary>
    /// <param name="range">The range.</param>
    public bool LoadUnderTheNotifierWalk(HvaRange range) => NotifierWalk.Run(_guest.Kvm, range, MakePrivateUnderTheMmuLock);

    [ExcludesLock("kvm.MmuLock"), MaySleep]
    private Errno MakePrivate(Kvm kvm, in SlotGfnRange range)
    {
        using (_guest.DirectMapMutex.Hold())
        {
            bool fails = _failsAt is { } gfn && range.Range.Contains(gfn);
            _output.WriteLine($"   address space {range.Slot.AddressSpace}, slot {range.Slot.Id}: frames {range.Range}{(fails ? " - out of memory" : "")}");
            return fails ? Errno.ENOMEM : Errno.Ok;
        }
    }

    [NoSleep, RequiresLock("kvm.MmuLock")]
    [NoLockAnalysis("wrong on purpose: shows that the run-time validator refuses it too")]
    private bool MakePrivateUnderTheMmuLock(Kvm kvm, in SlotGfnRange range)
    {
        using (_guest.DirectMapMutex.Hold())
        {
            return true;
        }
    }
}
