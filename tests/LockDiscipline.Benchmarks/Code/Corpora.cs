using System.Collections.Immutable;

namespace LockDiscipline.Benchmarks.Code;

/// <summary>The kinds of code that are measured.</summary>
public enum CodeKind
{
    /// <summary>Generated, without a lock.</summary>
    LockFree,

    /// <summary>Written by people, without a lock: the analyzers themselves.</summary>
    OwnSources,

    /// <summary>Generated, a lock of the framework in every member.</summary>
    LockHeavy,

    /// <summary>Written by people, contracts everywhere: the memory model and the samples.</summary>
    Annotated,

    /// <summary>Generated, methods that are large in one way each.</summary>
    Adversarial,
}

/// <summary>Makes the code of each kind.</summary>
public static class Corpora
{
    /// <summary>The kinds that the sizes ask for.</summary>
    public static ImmutableArray<CodeKind> Kinds(Sizes sizes) =>
        [.. Enum.GetValues<CodeKind>().Where(kind => sizes.WithRepository || kind is not (CodeKind.OwnSources or CodeKind.Annotated))];

    /// <summary>Code of one kind, which compiles.</summary>
    /// <exception cref="InvalidOperationException">It does not compile.</exception>
    public static Corpus Of(CodeKind kind, Sizes sizes)
    {
        var corpus = kind switch
        {
            CodeKind.LockFree => LockFreeCode.Of(sizes.LockFreeFiles),
            CodeKind.OwnSources => RepositoryCode.OwnSources(),
            CodeKind.LockHeavy => LockHeavyCode.Of(sizes.LockHeavyFiles),
            CodeKind.Annotated => RepositoryCode.AnnotatedModel(),
            CodeKind.Adversarial => AdversarialCode.All(sizes.AdversarialDivisor),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return corpus.Compiling();
    }
}
