using LockDiscipline;
using MemoryModel.Memory;

namespace MemoryModel.Mmu;

/// <summary>What running a vCPU for one access of its guest came to: done, back in user space, or an error.</summary>
/// <param name="Error">What KVM_RUN returns.</param>
/// <param name="Exit">Why the vCPU came back, when it did.</param>
/// <param name="Value">What the guest read, when it is done.</param>
/// <remarks>Source: the return value of KVM_RUN and kvm_run->exit_reason.</remarks>
[MustCheck]
public readonly record struct RunResult(Errno Error, ExitReason Exit, ulong Value)
{
    /// <summary>True when the access is complete.</summary>
    [SuccessTest]
    public bool IsDone => Error.IsOk && Exit == ExitReason.None;

    /// <summary>True when KVM_RUN failed.</summary>
    [ErrorTest]
    public bool IsError => Error.IsError;

    internal static RunResult Done(ulong value) => new(Errno.Ok, ExitReason.None, value);

    /// <summary>The value, the exit or the error.</summary>
    public override string ToString() => IsDone ? $"0x{Value:x}" : Exit == ExitReason.None ? Error.ToString() : $"{Exit}{(Error.IsError ? $" ({Error})" : "")}";
}
