namespace MemoryModel.Memory;

/// <summary>A page table entry: nothing, a page of host memory, or a page of a device.</summary>
public readonly record struct Pte
{
    private Pte(HostPage? page, DevicePage? device)
    {
        Page = page;
        Device = device;
    }

    /// <summary>The page of host memory, if that is what it is.</summary>
    public HostPage? Page { get; }

    /// <summary>The page of a device, if that is what it is.</summary>
    public DevicePage? Device { get; }

    /// <summary>True when there is nothing yet.</summary>
    public bool IsNone => Page is null && Device is null;

    /// <summary>An entry for a page of host memory.</summary>
    public static Pte Of(HostPage page) => new(page, null);

    /// <summary>An entry for a page of a device.</summary>
    public static Pte Of(DevicePage device) => new(null, device);
}
