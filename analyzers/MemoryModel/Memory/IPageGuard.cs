using LockDiscipline;

namespace MemoryModel.Memory;

/// <summary>Decides what the host gets when it touches a page that belongs to a protected guest.</summary>
/// <remarks>Source: the RMP check of SEV-SNP and the integrity check of TDX, both made by hardware.</remarks>
public interface IPageGuard
{
    /// <summary>The host reads.</summary>
    /// <param name="page">The page.</param>
    /// <returns>What it sees, which need not be what the guest wrote; or the error that it gets.</returns>
    Result<ulong> HostRead(HostPage page);

    /// <summary>The host writes.</summary>
    /// <param name="page">The page.</param>
    /// <param name="content">What it writes.</param>
    /// <returns>Ok, or the error that it gets, with nothing written.</returns>
    [MustCheck]
    Errno HostWrite(HostPage page, ulong content);
}
