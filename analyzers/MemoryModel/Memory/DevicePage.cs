namespace MemoryModel.Memory;

/// <summary>A page of device-private memory that stands in for a page of a process: the processor cannot touch it, a touch brings it back.</summary>
/// <remarks>Source: mm/hmm.rst, ZONE_DEVICE private pages. A driver derives its own kind of page from it.</remarks>
public abstract class DevicePage
{
    /// <summary>Creates the page.</summary>
    /// <param name="pfn">Its number in the device's memory.</param>
    /// <param name="owner">Who brings it back.</param>
    protected DevicePage(Pfn pfn, IDevicePageOwner owner)
    {
        Pfn = pfn;
        Owner = owner;
    }

    /// <summary>Its number in the device's memory.</summary>
    public Pfn Pfn { get; }

    /// <summary>Who brings it back.</summary>
    public IDevicePageOwner Owner { get; }
}
