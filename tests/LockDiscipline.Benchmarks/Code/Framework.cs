using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Benchmarks.Code;

/// <summary>What every project refers to: the framework that the benchmarks run on, and the annotations.</summary>
static class Framework
{
    public static readonly ImmutableArray<MetadataReference> References = Find();

    static ImmutableArray<MetadataReference> Find()
    {
        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return
        [
            .. trusted.Where(path => Path.GetDirectoryName(path) == folder).Order(StringComparer.Ordinal).Select(path => MetadataReference.CreateFromFile(path)),
            MetadataReference.CreateFromFile(typeof(GuardedByAttribute).Assembly.Location),
        ];
    }
}
