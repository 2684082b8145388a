using LockDiscipline;

namespace MemoryModel.Memory;

/// <summary>The driver of a device whose memory stands in for pages of a process.</summary>
/// <remarks>Source: struct dev_pagemap_ops.</remarks>
public interface IDevicePageOwner
{
    /// <summary>The processor touched a page that is on the device: bring it back.</summary>
    /// <param name="mm">The address space.</param>
    /// <param name="vma">The area that holds the address.</param>
    /// <param name="addr">Page-aligned address.</param>
    /// <returns>Ok when the touch may be tried again; otherwise the process gets SIGBUS.</returns>
    [RequiresLock("mm.MmapLock", Shared = true), MaySleep, MustCheck]
    Errno MigrateToRam(Mm mm, Vma vma, Hva addr);

    /// <summary>A page on the device was unmapped; nobody can reach it any more.</summary>
    /// <param name="mm">The address space.</param>
    /// <param name="page">The page.</param>
    [RequiresLock("mm.MmapLock", Shared = true), MaySleep]
    void PageUnmapped(Mm mm, DevicePage page);
}
