namespace MemoryModel.Tests.Agreement;

/// <summary>Why one side says something of a program that the other cannot say.</summary>
internal static class Explanations
{
    /// <summary>Findings, by how they begin, that the validator need not confirm.</summary>
    public static IReadOnlyDictionary<string, string> Unseen { get; } = new Dictionary<string, string>
    {
        ["LCK3001"] = "a result that nobody looks at leaves no trace in a running program",
        ["LCK2002: 'kvm.Srcu'"] = "the analyzers keep to the declared place of a read section; who enters one waits for nobody, and is let in anywhere",
        ["LCK9007"] = "no finding: a body that was not analysed whole",
        ["LCK4001: 'slot"] = "a memslot past its section is refused once it has been freed; until then it happens to be there still",
        ["LCK4005"] = "the area that is nearest is the right one as long as the address is mapped",
        ["LCK5001"] = "a fault without a recheck goes wrong in some schedule beside an invalidation; alone it does not",
        ["LCK5002"] = "as LCK5001",
        ["LCK5003"] = "a flush that is late is refused when the page is freed, or a translation used, before it comes",
    };

    /// <summary>What the validator may say of a program that the analyzers pass: part of the message, part of the program, and why.</summary>
    public static IReadOnlyList<(string Message, string Source, string Reason)> Unforeseen { get; } =
    [
        ("page_table_lock acquired while", "", "a lock that a member of the model takes and lets go inside: its contract has no place for it, and the analyzers do not see into another assembly"),
        ("get_user_pages takes mmap_lock", "_ = k.Mm.Write", "what a handler takes is held against what its caller holds only where the analyzers know that the walk calls it before it returns, and this is in another assembly"),
        ("hva_to_pfn takes mmap_lock", "_ = k.Mm.Write", "as get_user_pages"),
    ];

    /// <summary>True when there is a reason for what the validator says.</summary>
    public static bool IsForeseen(string message, string source) =>
        Unforeseen.Any(known => message.Contains(known.Message, StringComparison.Ordinal) && source.Contains(known.Source, StringComparison.Ordinal));
}
