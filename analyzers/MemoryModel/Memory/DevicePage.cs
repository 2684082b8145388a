namespace MemoryModel.Memory;

/// <summary>A page of device-private memory that stands in for a page of a process: the processor cannot touch it, a touch brings it back.</summary>
/// <param name="Pfn">Its number in the device's memory.</param>
/// <param name="Owner">Who brings it back.</param>
/// <remarks>Source: mm/hmm.rst, ZONE_DEVICE private pages.</remarks>
public sealed record DevicePage(Pfn Pfn, IDevicePageOwner Owner);
