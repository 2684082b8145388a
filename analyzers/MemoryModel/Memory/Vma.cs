using LockDiscipline;

namespace MemoryModel.Memory;

/// <summary>A virtual memory area: a run of pages mapped in one way. Good only while the mmap lock is held, in either mode.</summary>
/// <remarks>Source: struct vm_area_struct. An area that is split, merged or unmapped is replaced; with validation on, the use of a replaced one is refused, and of any without the lock, or under another hold of it than the one that it was looked up under.</remarks>
public sealed class Vma
{
    private readonly HvaRange _range;
    private readonly AreaKind _kind;
    private bool _detached;

    internal Vma(Mm mm, HvaRange range, AreaKind kind)
    {
        Mm = mm;
        _range = range;
        _kind = kind;
    }

    /// <summary>The address space that it belongs to.</summary>
    public Mm Mm { get; }

    /// <summary>First byte; page aligned.</summary>
    public Hva Start
    {
        get
        {
            AssertUsable();
            return _range.Start;
        }
    }

    /// <summary>The byte after the last one; page aligned.</summary>
    public Hva End
    {
        get
        {
            AssertUsable();
            return _range.End;
        }
    }

    /// <summary>What the mapping allows.</summary>
    public VmaFlags Flags
    {
        get
        {
            AssertUsable();
            return _kind.Flags;
        }
    }

    /// <summary>The file whose pages it maps; null for anonymous memory.</summary>
    public KernelFile? File
    {
        get
        {
            AssertUsable();
            return _kind.File;
        }
    }

    /// <summary>Where it is, for whoever keeps the areas.</summary>
    internal HvaRange Range => _range;

    /// <summary>Permissions and file.</summary>
    internal AreaKind Kind => _kind;

    /// <summary>True when a write goes to a page of its own instead of to the one that others see.</summary>
    internal bool IsPrivate => (_kind.Flags & VmaFlags.Shared) == 0;

    /// <summary>True when the address lies in it.</summary>
    /// <param name="addr">Any address.</param>
    [ContainmentTest]
    public bool Contains(Hva addr)
    {
        AssertUsable();
        return _range.Contains(addr);
    }

    /// <inheritdoc/>
    public override string ToString() => _range.ToString();

    /// <summary>Marks it as no longer part of the address space.</summary>
    internal void Detach() => _detached = true;

    private void AssertUsable()
    {
        Mm.MmapLock.AssertHeldShared();
        Mm.MmapLock.AssertFromThisHold(this);
        if (_detached && Mm.Lockdep is not null)
            throw new ModelViolationException("reference past its lock", Locking.ModelTask.Current.Name, $"the area {_range} was used after it had been replaced or unmapped");
    }
}
