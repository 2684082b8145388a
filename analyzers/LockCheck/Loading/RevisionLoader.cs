using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;

namespace LockCheck.Loading;

/// <summary>What several revisions of the same projects share, so that a project which does not differ is made once.</summary>
internal sealed class LoadCache
{
    /// <summary>Projects by what went into them.</summary>
    public Dictionary<(ProjectKey Project, string Fingerprint), LoadedProject> Projects { get; } = [];

    /// <summary>What other projects see of a project.</summary>
    public Dictionary<LoadedProject, Surface> Surfaces { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Makes the compilations.</summary>
    public CompilationFactory Factory { get; } = new();
}

/// <summary>A project as others reference it.</summary>
/// <param name="Identity">Equal where nothing differs that another project could see.</param>
internal sealed record Surface(MetadataReference Reference, string Identity)
{
    /// <summary>Whether <see cref="Identity"/> tells the content, and so means the same in another run.</summary>
    public bool IsByContent { get; init; } = true;
}

/// <summary>Makes the compilations of described projects with the sources of one revision. Loads once.</summary>
internal sealed class RevisionLoader(DescribedProjects described, LoadCache cache, SourceFiles files)
{
    readonly Dictionary<ProjectKey, LoadedProject> _loaded = [];
    readonly HashSet<ProjectKey> _loading = [];
    readonly List<LeftOut> _leftOut = [.. described.LeftOut];

    /// <summary>Loads the projects to analyse.</summary>
    public LoadResult Load(CancellationToken cancellationToken)
    {
        var loaded = ImmutableArray.CreateBuilder<LoadedProject>();
        foreach (var key in described.Builds)
        {
            if (Load(key, cancellationToken) is { } project)
                loaded.Add(project);
        }
        return new(loaded.ToImmutable(), described.Failures, [.. _leftOut]);
    }

    LoadedProject? Load(ProjectKey key, CancellationToken cancellationToken)
    {
        if (_loaded.TryGetValue(key, out var done))
            return done;
        if (!described.Descriptions.TryGetValue(key, out var description) || !_loading.Add(key))
            return null;
        if (description.CompilerArguments.IsEmpty)
        {
            _leftOut.Add(new(key.Path, "compiles no C#"));
            return null;
        }
        // Loaded before the compilation is made: making it runs on several threads, this does not.
        var fromSource = new Dictionary<string, Surface>(CheckTarget.PathComparer);
        foreach (var reference in description.References)
        {
            if (described.Descriptions.ContainsKey(reference.Project) && Load(reference.Project, cancellationToken) is { } project)
                fromSource[files.Logical(reference.ReferencePath)] = SurfaceOf(project, cancellationToken);
        }
        var content = (key, cache.Factory.Fingerprint(description, files, fromSource.Values.Select(s => s.Identity)));
        if (!cache.Projects.TryGetValue(content, out var loaded))
        {
            loaded = cache.Factory.Create(description, files, path => fromSource.GetValueOrDefault(path), cancellationToken);
            cache.Projects.Add(content, loaded);
        }
        _loaded.Add(key, loaded);
        return loaded;
    }

    /// <summary>What other projects see of a project.</summary>
    public Surface SurfaceOf(LoadedProject project, CancellationToken cancellationToken)
    {
        if (cache.Surfaces.TryGetValue(project, out var known))
            return known;
        // As the build would: an image without private members and bodies. A finding then does not depend on whether the
        // referenced project happened to be built. Where its declarations have errors there is no image, and the compilation serves.
        using var image = new MemoryStream();
        var emitted = project.Compilation.Emit(image, options: new EmitOptions(metadataOnly: true, includePrivateMembers: false), cancellationToken: cancellationToken);
        var surface = emitted.Success
            ? new Surface(MetadataReference.CreateFromImage([.. image.GetBuffer().AsSpan(0, (int)image.Length)]), Convert.ToHexString(SHA256.HashData(image.GetBuffer().AsSpan(0, (int)image.Length))))
            : new Surface(project.Compilation.ToMetadataReference(), "compilation " + System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(project.Compilation)) { IsByContent = false };
        cache.Surfaces.Add(project, surface);
        return surface;
    }
}
