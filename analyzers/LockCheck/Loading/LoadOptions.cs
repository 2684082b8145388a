namespace LockCheck.Loading;

/// <summary>How projects are loaded.</summary>
internal sealed record LoadOptions
{
    /// <summary>The build configuration, or null for the project's own default.</summary>
    public string? Configuration { get; init; }

    /// <summary>The one target framework to analyse, or null for each that the project names.</summary>
    public string? Framework { get; init; }

    /// <summary>Whether packages are restored first. A restore with nothing to do takes about a second.</summary>
    public bool Restore { get; init; } = true;

    /// <summary>
    /// A folder for what a design-time build writes, or null for the project's own. With it, nothing is written beside the
    /// project, and references are those of earlier builds, not their reference assemblies.
    /// </summary>
    public string? Intermediates { get; init; }

    /// <summary>Where analyses are kept from run to run.</summary>
    public Caching.AnalysisCache Cache { get; init; } = Caching.AnalysisCache.None;

    /// <summary>Where whole judgements are kept from run to run.</summary>
    public Caching.JudgementCache Judgements { get; init; } = Caching.JudgementCache.None;
}
