using LockDiscipline;

namespace MemoryModel.Memory;

/// <summary>An open file, as far as memory goes: counted references, and pages that may be mapped.</summary>
/// <remarks>Source: struct file. Whoever drops the last reference under the mmap lock has the release put off until after it, as the kernel puts it off to task work. Thread-safe.</remarks>
public abstract class KernelFile
{
    private int _references = 1;

    /// <summary>True until the last reference is dropped.</summary>
    public bool IsOpen => Volatile.Read(ref _references) > 0;

    /// <summary>Adds a reference, unless the file is being released.</summary>
    /// <returns>True when it was added.</returns>
    /// <remarks>Source: get_file_active().</remarks>
    public bool TryGet()
    {
        Locking.SwitchPoint.Write(this, "references of a file");
        int count = Volatile.Read(ref _references);
        while (count > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, count + 1, count);
            if (seen == count) return true;
            count = seen;
        }
        return false;
    }

    /// <summary>Drops a reference; the last one releases the file.</summary>
    /// <exception cref="ModelViolationException">"file reference": there was none.</exception>
    /// <remarks>Source: fput(). Not to be called where the release must not run: see <see cref="Drop"/>.</remarks>
    [MaySleep]
    public void Put()
    {
        Locking.ModelTask.Current.MightSleep("putting a file");
        if (Drop()) Release();
    }

    /// <summary>Drops a reference without releasing.</summary>
    /// <returns>True when it was the last one: the caller owes a <see cref="Release"/>.</returns>
    internal bool Drop()
    {
        Locking.SwitchPoint.Write(this, "references of a file");
        int left = Interlocked.Decrement(ref _references);
        if (left < 0) throw new ModelViolationException("file reference", Locking.ModelTask.Current.Name, "a file was put once too often");
        return left == 0;
    }

    /// <summary>The last reference has gone.</summary>
    [MaySleep]
    protected internal virtual void Release()
    {
    }

    /// <summary>May it be mapped?</summary>
    /// <param name="flags">With what.</param>
    /// <returns>Ok; ENODEV when it cannot be mapped at all; EINVAL when not in this way; EACCES when it was not opened for that.</returns>
    /// <remarks>Source: mmap() of file_operations.</remarks>
    [MustCheck]
    public virtual Errno CheckMap(VmaFlags flags) => Errno.ENODEV;

    /// <summary>The page at an index, for a fault on a mapping of the file.</summary>
    /// <param name="index">Number of the page in the file.</param>
    /// <param name="holder">In whose name the reference is taken.</param>
    /// <returns>The page with a reference; EFAULT, which is SIGBUS to a process, when there is none to be had.</returns>
    /// <remarks>Source: fault() of vm_operations_struct.</remarks>
    [MaySleep]
    [return: Owned("page reference")]
    protected internal virtual Result<HostPage> FaultPage(ulong index, PageHolder holder) => Errno.EFAULT;

    /// <summary>Some address space maps part of it from now on.</summary>
    internal virtual void AddMapping(Mm mm, HvaRange range, ulong firstIndex)
    {
    }

    /// <summary>Some address space does not map that part any more.</summary>
    internal virtual void RemoveMapping(Mm mm, HvaRange range, ulong firstIndex)
    {
    }
}
