using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Loading;

namespace LockCheck.Revisions;

/// <summary>What one tree was found to hold.</summary>
/// <param name="Tree">The tree.</param>
/// <param name="Projects">Its projects, analysed.</param>
/// <param name="Report">Findings, those waived included, and what could not be analysed.</param>
internal sealed record RevisionAnalysis(string Tree, ImmutableArray<ProjectAnalysis> Projects, CheckReport Report)
{
    /// <summary>Whether the code has errors, so that what is found in it is not to be relied on.</summary>
    public bool HasErrors => Projects.Any(p => !p.CompileErrors.IsEmpty);
}

/// <summary>All revisions of a comparison.</summary>
/// <param name="Revisions">One for each tree.</param>
/// <param name="Incomplete">What no revision could be analysed for.</param>
/// <param name="LeftOut">Files and projects that are not looked at, and why.</param>
internal sealed record RevisionSet(ImmutableArray<RevisionAnalysis> Revisions, ImmutableArray<Incomplete> Incomplete, ImmutableArray<LeftOut> LeftOut);
