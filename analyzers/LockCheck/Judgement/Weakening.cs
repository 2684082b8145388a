namespace LockCheck.Judgement;

internal enum WeakeningKind
{
    /// <summary>What was used under a lock is used without it.</summary>
    LockRemoved,

    /// <summary>What was used under one lock is used under another.</summary>
    LockSwapped,

    /// <summary>A contract was deleted.</summary>
    ContractRemoved,

    /// <summary>A contract asks for less.</summary>
    ContractNarrowed,

    /// <summary>The analysis was switched off somewhere.</summary>
    WaiverAdded,
}

/// <summary>A change that makes the code less protected, or less checked, whether or not a rule has something to say of it.</summary>
/// <param name="Message">What, in one sentence.</param>
/// <param name="Member">Documentation id of the member concerned, or empty.</param>
/// <param name="Path">A file of the new revision, relative; of the old one where the new one has none.</param>
/// <param name="Line">Its line, from 1; 0 for the file as a whole.</param>
/// <param name="Mentions">A name that the responsible line of the patch holds.</param>
internal sealed record Weakening(WeakeningKind Kind, string Message, string Member, string Path, int Line, string Mentions);
