using System.Collections.Immutable;

namespace LockCheck.Loading;

/// <summary>What the SDK says of one build of one project.</summary>
/// <param name="Key">Which build.</param>
/// <param name="TargetFramework">The framework it is built for.</param>
/// <param name="CompilerArguments">The arguments that the C# compiler would get. Empty where the project compiles no C#.</param>
/// <param name="References">Those of its references that are outputs of other projects.</param>
/// <param name="Globs">Which further files it would compile if they were there.</param>
internal sealed record ProjectDescription(
    ProjectKey Key,
    string TargetFramework,
    ImmutableArray<string> CompilerArguments,
    ImmutableArray<ProjectReferenceOutput> References,
    CompileGlobs Globs)
{
    /// <summary>The folder that relative paths in the arguments start from.</summary>
    public string BaseDirectory => Path.GetDirectoryName(Key.Path)!;

    /// <summary>A folder of this run that is named in the arguments; empty where there is none.</summary>
    public string Intermediates { get; init; } = "";

    /// <summary>What has changed since its packages were restored, so that its references are not those that it names; null where nothing has.</summary>
    public string? Stale { get; init; }

    /// <summary>What the SDK looked at for this; null where it was not asked to tell.</summary>
    public Evaluation? Evaluation { get; init; }
}

/// <summary>The output of a project, as another one references it.</summary>
/// <param name="ReferencePath">The file that the compiler is given; often a reference assembly.</param>
/// <param name="OutputPath">The assembly itself, rewritten by every build that had something to compile.</param>
/// <param name="Project">The project and framework that it is built from.</param>
internal sealed record ProjectReferenceOutput(string ReferencePath, string OutputPath, ProjectKey Project);

/// <summary>Projects as the SDK describes them, before any source is read.</summary>
/// <param name="Builds">The builds to analyse, in the order of the solution.</param>
/// <param name="Descriptions">Those, and the builds they reference whose sources are to be read.</param>
internal sealed record DescribedProjects(
    ImmutableArray<ProjectKey> Builds,
    IReadOnlyDictionary<ProjectKey, ProjectDescription> Descriptions,
    ImmutableArray<LoadFailure> Failures,
    ImmutableArray<LeftOut> LeftOut);
