using LockDiscipline;

namespace MemoryModel.Backends;

/// <summary>What a hypercall of the Ultravisor interface returns.</summary>
/// <remarks>Source: powerpc/ultravisor.rst and hvcall.h.</remarks>
[MustCheck]
public readonly struct HypercallStatus : IEquatable<HypercallStatus>
{
    private readonly string? _error;

    private HypercallStatus(string error) => _error = error;

    /// <summary>It worked, or there was nothing to do.</summary>
    public static HypercallStatus Success => default;

    /// <summary>A parameter is wrong, or the operation failed (H_PARAMETER).</summary>
    public static HypercallStatus Parameter => new("H_PARAMETER");

    /// <summary>The second parameter is wrong: flags (H_P2).</summary>
    public static HypercallStatus P2 => new("H_P2");

    /// <summary>The third parameter is wrong: the page size (H_P3).</summary>
    public static HypercallStatus P3 => new("H_P3");

    /// <summary>Not possible in the state that the machine is in (H_STATE).</summary>
    public static HypercallStatus State => new("H_STATE");

    /// <summary>The machine has not begun to become secure (H_UNSUPPORTED).</summary>
    public static HypercallStatus Unsupported => new("H_UNSUPPORTED");

    /// <summary>The machine is not allowed to become secure (H_AUTHORITY).</summary>
    public static HypercallStatus Authority => new("H_AUTHORITY");

    /// <summary>True when it failed.</summary>
    [ErrorTest]
    public bool IsError => _error is not null;

    /// <summary>True when it worked.</summary>
    [SuccessTest]
    public bool IsSuccess => _error is null;

    /// <summary>Same status.</summary>
    public static bool operator ==(HypercallStatus left, HypercallStatus right) => left.Equals(right);

    /// <summary>Different status.</summary>
    public static bool operator !=(HypercallStatus left, HypercallStatus right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(HypercallStatus other) => _error == other._error;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is HypercallStatus other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _error?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>The interface's name of it.</summary>
    public override string ToString() => _error ?? "H_SUCCESS";
}
