using MemoryModel.Memory;

namespace MemoryModel.Tests;

/// <summary>Writes down what it is told.</summary>
internal sealed class CountingNotifier : MmuNotifier
{
    public List<string> Calls { get; } = [];

    /// <summary>Says that it would have to sleep when it must not.</summary>
    public bool Refuses { get; init; }

    public bool Young { get; set; }

    /// <summary>Runs between start and end.</summary>
    public Action<HvaRange>? OnStart { get; set; }

    public override Errno InvalidateRangeStart(Mm mm, in MmuNotifierRange range)
    {
        Calls.Add($"start {range.Event} {range.Range}");
        OnStart?.Invoke(range.Range);
        return Refuses && !range.Blockable ? Errno.EAGAIN : Errno.Ok;
    }

    public override void InvalidateRangeEnd(Mm mm, in MmuNotifierRange range) => Calls.Add($"end {range.Event} {range.Range}");

    public override bool ClearFlushYoung(Mm mm, HvaRange range) => Ask("clear_flush_young");

    public override bool ClearYoung(Mm mm, HvaRange range) => Ask("clear_young");

    public override bool TestYoung(Mm mm, Hva addr) => Ask("test_young");

    public override void Release(Mm mm) => Calls.Add("release");

    private bool Ask(string what)
    {
        Calls.Add(what);
        return Young;
    }
}
