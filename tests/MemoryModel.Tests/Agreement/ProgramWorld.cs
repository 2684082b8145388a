using System.Runtime.CompilerServices;
using LockDiscipline;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Agreement;

/// <summary>The machine that a generated program runs on, and the coins that it tosses.</summary>
/// <remarks>Public, because the programs are compiled against it. Made anew for every run.</remarks>
public sealed class ProgramWorld
{
    private const ulong HostBase = 0x200000;

    private readonly IReadOnlyList<bool> _coins;
    private int _tossed;
    private ulong _used;

    /// <summary>Makes a machine with two pages in one slot, and another slot to delete.</summary>
    /// <param name="coins">How the first coins fall; those after them are tails.</param>
    public ProgramWorld(IReadOnlyList<bool> coins)
    {
        _coins = coins;
        Lockdep = new Lockdep();
        var mm = new Mm(new HostMemory(), Lockdep);
        var kvm = new Kvm(mm);
        Check(mm.MmapFixed(Host, 2 * PageSize.Bytes, VmaFlags.ReadWrite));
        Check(mm.Write(Host, 7));
        Check(kvm.SetUserMemoryRegion(new UserMemoryRegion(0, MemslotFlags.None, Gfn.Address, 2 * PageSize.Bytes, Host)));
        Check(kvm.SetUserMemoryRegion(new UserMemoryRegion(1, MemslotFlags.None, new Gfn(0x20).Address, PageSize.Bytes, Host)));
        Vcpu = kvm.CreateVcpu().Value;
        _ = Vcpu.Write(Gfn.Address, 7);
        Spin = new SpinningLock("program_lock", Lockdep);
    }

    /// <summary>The validator.</summary>
    public Lockdep Lockdep { get; }

    /// <summary>The vCPU, and through it the machine and the process.</summary>
    public Vcpu Vcpu { get; }

    /// <summary>A spinning lock of the program's own.</summary>
    public SpinningLock Spin { get; }

    /// <summary>The first frame.</summary>
    public Gfn Gfn { get; } = new(0x10);

    /// <summary>Where the process has it.</summary>
    public Hva Host { get; } = new(HostBase);

    /// <summary>The first page.</summary>
    public HvaRange Range => HvaRange.FromStartLength(Host, PageSize.Bytes);

    /// <summary>What the guest does.</summary>
    public GuestAccess Access => new(Gfn.Address, AccessKind.Write, 1);

    /// <summary>Coins tossed so far.</summary>
    internal int Tossed => _tossed;

    /// <summary>Tosses a coin.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Flip()
    {
        int toss = _tossed++;
        return toss < _coins.Count && _coins[toss];
    }

    /// <summary>An address that is mapped, or one that is not: the coin says.</summary>
    public Hva Somewhere() => Flip() ? new Hva(HostBase / 2) : Host;

    /// <summary>A frame of the slot, or one of none.</summary>
    public Gfn SomeFrame() => Flip() ? new Gfn(0x80) : Gfn;

    /// <summary>Uses a value.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Use(ulong value) => _used ^= value;

    /// <summary>Deals with a failure.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Failed(Errno error) => _used ^= error.IsError ? 1ul : 0ul;

    private static void Check(Errno error)
    {
        if (error.IsError) throw new InvalidOperationException($"the world cannot be made: {error}");
    }
}
