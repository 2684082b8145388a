using System.Collections.Immutable;
using LockCheck.Analysis;
using LockCheck.Git;
using LockCheck.Judgement;
using LockCheck.Revisions;
using Xunit;

namespace LockCheck.Tests.Support;

/// <summary>Judges revisions of a few files without loading a project: the sources are compiled here, git compares them as ever.</summary>
internal sealed class Judged : IDisposable
{
    readonly GitFolder _repository = new(withProject: false);

    /// <summary>Judges the way from one source to the next; each is the whole of one file.</summary>
    public static async Task<PatchReport> Sources(params string[] sources)
    {
        using var judged = new Judged();
        return await judged.Revisions([.. sources.Select(s => new SortedDictionary<string, string>(StringComparer.Ordinal) { ["P/C.cs"] = s })]);
    }

    /// <summary>Judges the way from one set of files to the next.</summary>
    public async Task<PatchReport> Revisions(params SortedDictionary<string, string>[] revisions)
    {
        var repository = await GitRepository.OpenAsync(_repository.Folder.Root, CancellationToken.None);
        using var scratch = new ScratchIndex(repository);
        var trees = ImmutableArray.CreateBuilder<string>();
        var analyses = ImmutableArray.CreateBuilder<RevisionAnalysis>();
        foreach (var files in revisions)
        {
            var tree = await Tree(scratch, files);
            trees.Add(tree);
            var known = analyses.FirstOrDefault(a => a.Tree == tree);
            analyses.Add(known ?? await Analyze(repository.Root, tree, files));
        }
        var comparison = new Comparison
        {
            Mode = "range",
            Before = "before",
            After = "after",
            BaseFoundBy = "the test",
            BaseCommit = "",
            Trees = trees.ToImmutable(),
            Steps = [.. Enumerable.Range(1, revisions.Length - 1).Select(i => new Step($"step {i}", []))],
        };
        return await new SeriesJudge(scratch, comparison, new(analyses.ToImmutable(), [], []), CancellationToken.None).RunAsync();
    }

    async Task<string> Tree(ScratchIndex scratch, SortedDictionary<string, string> files)
    {
        foreach (var file in Directory.EnumerateFiles(_repository.Folder.Root, "*.cs", SearchOption.AllDirectories))
            File.Delete(file);
        foreach (var (name, text) in files)
            _repository.Add(name, text);
        return await scratch.WorkTreeAsync(CancellationToken.None);
    }

    static async Task<RevisionAnalysis> Analyze(string root, string tree, SortedDictionary<string, string> files)
    {
        var project = InMemory.Project(root, files);
        var analysis = await ProjectAnalyzer.AnalyzeAsync(project, OwnAnalyzers.Create(), CancellationToken.None, withWaived: true);
        Assert.Empty(analysis.CompileErrors.Select(e => e.ToString()));
        return new(tree, [analysis], CheckRun.Report(new([project], [], []), [analysis]));
    }

    public void Dispose() => _repository.Dispose();
}
