namespace LockCheck.Judgement;

/// <summary>What a change did to a finding.</summary>
internal enum Verdict
{
    /// <summary>It is there after the change and was not before.</summary>
    Introduced,

    /// <summary>It was there before, waived or switched off, and shows now.</summary>
    Unhidden,

    /// <summary>It was there before and is not now.</summary>
    Fixed,

    /// <summary>It is waived or switched off now.</summary>
    Hidden,

    /// <summary>It is in another member or file now.</summary>
    Moved,

    /// <summary>It was there before and still is.</summary>
    PreExisting,

    /// <summary>It was there before; whether it still is could not be analysed.</summary>
    NotAnalyzed,

    /// <summary>It is there, and nothing was compared.</summary>
    Found,
}

/// <summary>A finding and what a change did to it.</summary>
/// <param name="Finding">As it is after the change, or was before where it is gone.</param>
/// <param name="Before">As it was before; null for one that was not there.</param>
/// <param name="MatchedBy">How the two were recognised as one.</param>
/// <param name="Cause">The hunk that it is owed to.</param>
/// <param name="Note">What else is to be said of the verdict.</param>
internal sealed record JudgedFinding(Verdict Verdict, FindingIdentity Finding, FindingIdentity? Before, MatchedBy? MatchedBy, Cause? Cause, string? Note)
{
    /// <summary>The step of the series that introduced it, from 1; null for one that the base had.</summary>
    public int? IntroducedBy { get; init; }

    /// <summary>The step that fixed or hid it; null for one that is still there.</summary>
    public int? EndedBy { get; init; }

    /// <summary>Whether it came and went within the series.</summary>
    public bool IsPassing => IntroducedBy is not null && EndedBy is not null;
}

/// <summary>A weakening, the hunk that did it, and the step of the series.</summary>
internal sealed record JudgedWeakening(Weakening Weakening, Cause? Cause, int Step);
