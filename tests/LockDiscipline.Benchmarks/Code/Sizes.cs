namespace LockDiscipline.Benchmarks.Code;

/// <summary>How much is measured, and how often.</summary>
public sealed record Sizes
{
    /// <summary>Files of about 700 lines without a lock.</summary>
    public int LockFreeFiles { get; init; } = 60;

    /// <summary>Files of about 370 lines with a lock in every member.</summary>
    public int LockHeavyFiles { get; init; } = 30;

    /// <summary>Adversarial methods are made smaller by that much.</summary>
    public int AdversarialDivisor { get; init; } = 1;

    /// <summary>Files of generated code that ten times as many are compared with.</summary>
    public int GrowthFiles { get; init; } = 5;

    /// <summary>How many of the biggest documents are edited.</summary>
    public int EditedDocuments { get; init; } = 30;

    /// <summary>Whether code of the repository is measured as well; it has one size.</summary>
    public bool WithRepository { get; init; } = true;

    /// <summary>Rounds of the table that are not counted.</summary>
    public int WarmUps { get; init; } = 2;

    /// <summary>Rounds of the table that are.</summary>
    public int Repetitions { get; init; } = 5;

    /// <summary>What is measured.</summary>
    public static readonly Sizes Full = new();

    /// <summary>Enough to see that a benchmark still runs.</summary>
    public static readonly Sizes Smoke = new()
    {
        LockFreeFiles = 1,
        LockHeavyFiles = 1,
        AdversarialDivisor = 20,
        GrowthFiles = 1,
        EditedDocuments = 1,
        WithRepository = false,
        WarmUps = 0,
        Repetitions = 1,
    };
}
