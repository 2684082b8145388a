using MemoryModel.Backends;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>Writes down what it is called for, and can refuse.</summary>
internal sealed class RecordingBackend : IBackend
{
    public List<string> Calls { get; } = [];

    public Errno Answer { get; set; }

    /// <summary>Runs while the slot is INVALID for every reader.</summary>
    public Action<Kvm, Memslot>? OnFlush { get; set; }

    public string Name => "recording";

    public Errno PrepareMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh)
    {
        Calls.Add($"prepare {change}");
        return Answer;
    }

    public void FlushMemslot(Kvm kvm, Memslot slot)
    {
        Calls.Add($"flush {slot.Id} invalid={slot.IsInvalid}");
        OnFlush?.Invoke(kvm, slot);
    }

    public void CommitMemslot(Kvm kvm, MemslotChange change, Memslot? old, Memslot? fresh) => Calls.Add($"commit {change}");
}
