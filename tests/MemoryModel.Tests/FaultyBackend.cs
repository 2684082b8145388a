using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>Lets the host read what it protects.</summary>
internal sealed class OpenGuard : IPageGuard
{
    public Result<ulong> HostRead(HostPage page) => page.Content;

    public Errno HostWrite(HostPage page, ulong content) => Errno.Ok;
}

/// <summary>Lets the host do nothing.</summary>
internal sealed class ClosedGuard : IPageGuard
{
    public Result<ulong> HostRead(HostPage page) => Errno.EFAULT;

    public Errno HostWrite(HostPage page, ulong content) => Errno.EFAULT;
}

/// <summary>A back end that does something wrong when it is asked.</summary>
internal sealed class FaultyBackend : IBackend
{
    public Action<HostPage>? OnPrepare { get; init; }

    public Func<Kvm, Errno>? OnPrepareSlot { get; set; }

    public string Name => "faulty";

    public Errno PrepareMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh) => OnPrepareSlot is { } act ? act(kvm) : Errno.Ok;

    public void FlushMemslot(Kvm kvm, Memslot slot)
    {
    }

    public void CommitMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh)
    {
    }

    public Errno PreparePrivatePage(Kvm kvm, HostPage page, Gfn gfn)
    {
        OnPrepare?.Invoke(page);
        return Errno.Ok;
    }
}
