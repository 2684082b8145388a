using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using LockCheck.Git;
using LockCheck.Patches;

namespace LockCheck.Revisions;

/// <summary>Finds out which trees are to be compared, and makes those that do not exist yet.</summary>
internal sealed partial class ComparisonResolver(ScratchIndex scratch)
{
    const string NoCommit = "since there is no commit yet";

    readonly GitRepository _repository = scratch.Repository;

    /// <summary>Resolves what the user asked for.</summary>
    /// <exception cref="LockCheckException">It means nothing, the base is missing, or a patch does not apply.</exception>
    public async Task<Comparison> ResolveAsync(ComparisonRequest request, CancellationToken cancellationToken)
    {
        if (request.Staged && request.Input is not null)
            throw new LockCheckException(ExitCode.Usage, "--staged compares the index with the last commit and takes no further input.");
        if (request.Staged)
            return await StagedAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.Input is null)
            return await WorkTreeAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.Input == "-")
            return await PatchAsync(await new PatchReader(scratch).ReadAsync(request.StandardInput(), cancellationToken).ConfigureAwait(false), request, cancellationToken).ConfigureAwait(false);
        var path = Path.GetFullPath(request.Input, request.Folder);
        if (File.Exists(path) || Directory.Exists(path) && await _repository.CommitAsync(request.Input, cancellationToken).ConfigureAwait(false) is null)
            return await PatchAsync(await new PatchReader(scratch).ReadAsync(path, cancellationToken).ConfigureAwait(false), request, cancellationToken).ConfigureAwait(false);
        return await RangeAsync(request.Input, request, cancellationToken).ConfigureAwait(false);
    }

    async Task<Comparison> StagedAsync(ComparisonRequest request, CancellationToken cancellationToken)
    {
        var (commit, tree, label) = await StartAsync(request.Base ?? "HEAD", cancellationToken).ConfigureAwait(false);
        var staged = await scratch.StagedTreeAsync(cancellationToken).ConfigureAwait(false);
        return Single("staged", label, "what is staged", commit.Length == 0 ? NoCommit : request.Base is null ? "the last commit" : "--base", commit, tree, staged, new("staged changes", []));
    }

    async Task<Comparison> WorkTreeAsync(ComparisonRequest request, CancellationToken cancellationToken)
    {
        var (name, how) = request.Base is { } given ? (given, "--base") : await UpstreamBaseAsync(cancellationToken).ConfigureAwait(false);
        var (commit, tree, label) = await StartAsync(name, cancellationToken).ConfigureAwait(false);
        var work = await scratch.WorkTreeAsync(cancellationToken).ConfigureAwait(false);
        return Single("worktree", label, "the work tree", commit.Length == 0 ? NoCommit : how, commit, tree, work, new("work tree", []));
    }

    // A repository without a commit starts from nothing.
    async Task<(string Commit, string Tree, string Label)> StartAsync(string name, CancellationToken cancellationToken)
    {
        if (await _repository.CommitAsync(name, cancellationToken).ConfigureAwait(false) is { } commit)
            return (commit, await TreeAsync(commit, cancellationToken).ConfigureAwait(false), await _repository.DescribeAsync(commit, cancellationToken).ConfigureAwait(false));
        if (name == "HEAD")
            return ("", (await scratch.CheckedAsync(["mktree"], cancellationToken).ConfigureAwait(false)).Line, "the empty tree");
        throw await MissingAsync(name, cancellationToken).ConfigureAwait(false);
    }

    async Task<(string Name, string How)> UpstreamBaseAsync(CancellationToken cancellationToken)
    {
        foreach (var upstream in (string[])["@{upstream}", "origin/HEAD", "origin/main", "origin/master", "main", "master"])
        {
            if (await _repository.CommitAsync(upstream, cancellationToken).ConfigureAwait(false) is not { } commit)
                continue;
            if (await _repository.CommitAsync("HEAD", cancellationToken).ConfigureAwait(false) is not { } head)
                break;
            if (await _repository.MergeBaseAsync(head, commit, cancellationToken).ConfigureAwait(false) is { } mergeBase)
                return (mergeBase, mergeBase == head ? "the last commit" : $"the merge base with {upstream.Replace("@{upstream}", "the upstream branch", StringComparison.Ordinal)}");
        }
        return ("HEAD", "the last commit");
    }

    async Task<Comparison> RangeAsync(string input, ComparisonRequest request, CancellationToken cancellationToken)
    {
        var (from, to, mode, how) = await EndsAsync(input, cancellationToken).ConfigureAwait(false);
        if (request.Base is not null)
            from = await _repository.CommitAsync(request.Base, cancellationToken).ConfigureAwait(false) ?? throw await MissingAsync(request.Base, cancellationToken).ConfigureAwait(false);
        var commits = new List<string> { to };
        if (request.Series && from.Length > 0)
        {
            var listed = await scratch.CheckedAsync(["rev-list", "--reverse", "--first-parent", $"{from}..{to}"], cancellationToken).ConfigureAwait(false);
            commits = [.. listed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
            if (commits.Count == 0)
                throw new LockCheckException(ExitCode.Usage, $"There is no commit in '{input}' to take one by one.");
        }
        var emptyTree = from.Length == 0 ? (await scratch.CheckedAsync(["mktree"], cancellationToken).ConfigureAwait(false)).Line : null;
        var trees = ImmutableArray.CreateBuilder<string>();
        trees.Add(emptyTree ?? await TreeAsync(from, cancellationToken).ConfigureAwait(false));
        var steps = ImmutableArray.CreateBuilder<Step>();
        foreach (var commit in commits)
        {
            trees.Add(await TreeAsync(commit, cancellationToken).ConfigureAwait(false));
            var subject = await scratch.CheckedAsync(["log", "-1", "--no-show-signature", "--format=%s", commit], cancellationToken).ConfigureAwait(false);
            steps.Add(new(commits.Count > 1 || mode == "commit" ? subject.Line : input, []));
        }
        return new()
        {
            Mode = mode,
            Before = emptyTree is null ? await _repository.DescribeAsync(from, cancellationToken).ConfigureAwait(false) : "the empty tree",
            After = await _repository.DescribeAsync(to, cancellationToken).ConfigureAwait(false),
            BaseFoundBy = request.Base is null ? how : "--base",
            BaseCommit = from,
            Trees = trees.ToImmutable(),
            Steps = steps.ToImmutable(),
        };
    }

    async Task<(string From, string To, string Mode, string How)> EndsAsync(string input, CancellationToken cancellationToken)
    {
        if (input.IndexOf("...", StringComparison.Ordinal) is >= 0 and var three)
        {
            var left = await KnownAsync(input[..three], cancellationToken).ConfigureAwait(false);
            var right = await KnownAsync(input[(three + 3)..], cancellationToken).ConfigureAwait(false);
            if (await _repository.MergeBaseAsync(left, right, cancellationToken).ConfigureAwait(false) is { } common)
                return (common, right, "range", "the merge base of the range");
            if (await _repository.IsShallowAsync(cancellationToken).ConfigureAwait(false))
                throw new LockCheckException(ExitCode.NotAnalyzed, $"The ends of '{input}' have no common commit in this shallow clone. Fetch the rest of the history: git fetch --unshallow");
            throw new LockCheckException(ExitCode.NotAnalyzed, $"The ends of '{input}' have no common commit. Compare them directly: lockcheck patch {input.Replace("...", "..", StringComparison.Ordinal)}");
        }
        if (input.IndexOf("..", StringComparison.Ordinal) is >= 0 and var two)
            return (await KnownAsync(input[..two], cancellationToken).ConfigureAwait(false), await KnownAsync(input[(two + 2)..], cancellationToken).ConfigureAwait(false), "range", "the start of the range");
        if (await _repository.CommitAsync(input, cancellationToken).ConfigureAwait(false) is { } commit)
        {
            if (await _repository.CommitAsync(commit + "^", cancellationToken).ConfigureAwait(false) is { } parent)
                return (parent, commit, "commit", "the parent of the commit");
            if (await _repository.IsShallowAsync(cancellationToken).ConfigureAwait(false))
                throw new LockCheckException(ExitCode.NotAnalyzed, $"The parent of '{input}' is not in this shallow clone. Fetch it: git fetch --deepen=1");
            return ("", commit, "commit", "nothing, since the commit is the first");
        }
        if (Counted().Match(input) is { Success: true } counted && int.TryParse(counted.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && await _repository.CommitAsync(counted.Groups[1].Value, cancellationToken).ConfigureAwait(false) is { } last)
        {
            if (await _repository.CommitAsync($"{counted.Groups[1].Value}~{count}", cancellationToken).ConfigureAwait(false) is { } first)
                return (first, last, "range", "the start of the range");
            if (await _repository.IsShallowAsync(cancellationToken).ConfigureAwait(false))
                throw await MissingAsync(input, cancellationToken).ConfigureAwait(false);
            throw await BeyondAsync(input, last, cancellationToken).ConfigureAwait(false);
        }
        throw await MissingAsync(input, cancellationToken).ConfigureAwait(false);
    }

    async Task<string> KnownAsync(string name, CancellationToken cancellationToken) =>
        await _repository.CommitAsync(name.Length == 0 ? "HEAD" : name, cancellationToken).ConfigureAwait(false) ?? throw await MissingAsync(name, cancellationToken).ConfigureAwait(false);

    async Task<LockCheckException> MissingAsync(string name, CancellationToken cancellationToken)
    {
        if (await _repository.IsShallowAsync(cancellationToken).ConfigureAwait(false))
            return new(ExitCode.NotAnalyzed, $"'{name}' is not in this shallow clone. Fetch the rest of the history, then run it again: git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*'{(Sha().IsMatch(name) || !Branch().IsMatch(name) ? "" : $" (a branch of the remote is then called 'origin/{name}')")}");
        if (Ancestor().Match(name) is { Success: true } far && await _repository.CommitAsync(far.Groups[1].Value.Length == 0 ? "HEAD" : far.Groups[1].Value, cancellationToken).ConfigureAwait(false) is { } last)
            return await BeyondAsync(name, last, cancellationToken).ConfigureAwait(false);
        return Sha().IsMatch(name)
            ? new(ExitCode.NotAnalyzed, $"The commit '{name}' is not in this repository. Fetch it, then run it again: git fetch origin {name}")
            : new(ExitCode.Usage, $"'{name}' is neither a file nor a revision of this repository. Give a range (main..HEAD), a commit, a patch file, a folder of patches, or '-'.");
    }

    async Task<LockCheckException> BeyondAsync(string name, string last, CancellationToken cancellationToken)
    {
        var there = await scratch.CheckedAsync(["rev-list", "--count", "--first-parent", last], cancellationToken).ConfigureAwait(false);
        return new(ExitCode.Usage, $"'{name}' reaches back further than the history, which has {there.Line} {(there.Line == "1" ? "commit" : "commits")} up to there. Name a commit or a range.");
    }

    async Task<Comparison> PatchAsync(PatchSeries series, ComparisonRequest request, CancellationToken cancellationToken)
    {
        var applier = new PatchApplier(scratch, Path.GetRelativePath(_repository.Root, Path.GetFullPath(request.Folder)).Replace('\\', '/'));
        string? error = null;
        Comparison? there = null;
        await foreach (var (commit, how, isCertain) in BasesAsync(series, request, cancellationToken).ConfigureAwait(false))
        {
            var (_, tree, label) = await StartAsync(commit, cancellationToken).ConfigureAwait(false);
            var (trees, applied, failed) = await applier.ApplyAsync(series, tree, cancellationToken).ConfigureAwait(false);
            if (failed is null)
            {
                var comparison = new Comparison
                {
                    Mode = "patch",
                    Before = label,
                    After = series.Patches.Length == 1 ? series.Patches[0].Title : $"{series.Patches.Length} patches",
                    BaseFoundBy = how,
                    BaseCommit = commit,
                    Trees = trees,
                    Steps = [.. applied.Select(p => new Step(p.Title, p.Notes))],
                    Title = series.Cover,
                    IsForeign = true,
                };
                // Mostly it was applied since, and what it did is to be seen from before.
                if (isCertain || !applied.Any(p => p.Notes.Contains(PatchApplier.IsThere)))
                    return comparison;
                there ??= comparison;
                continue;
            }
            error ??= $"{failed}\nIt was tried on {label}, {how}.";
            if (isCertain)
                break;
        }
        if (there is not null)
            return there;
        if (series.Prerequisites > 0)
            error += $" It builds on {series.Prerequisites} other {(series.Prerequisites == 1 ? "patch" : "patches")}, by its prerequisite-patch-id lines: apply those first.";
        throw new LockCheckException(ExitCode.NotAnalyzed, $"{error} Name the commit that it was made for: --base COMMIT.");
    }

    // In the order in which they are to be tried. The user's own word, and the patch's, are not second-guessed.
    async IAsyncEnumerable<(string Commit, string How, bool IsCertain)> BasesAsync(PatchSeries series, ComparisonRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int ancestorsTried = 20;
        if (request.Base is { } given)
        {
            yield return (await _repository.CommitAsync(given, cancellationToken).ConfigureAwait(false) ?? throw await MissingAsync(given, cancellationToken).ConfigureAwait(false), "--base", true);
            yield break;
        }
        if (series.BaseCommit is { } named)
        {
            yield return (await _repository.CommitAsync(named, cancellationToken).ConfigureAwait(false) ?? throw await MissingAsync(named, cancellationToken).ConfigureAwait(false), "the patch's base-commit line", true);
            yield break;
        }
        yield return (await _repository.CommitAsync("HEAD", cancellationToken).ConfigureAwait(false) ?? "HEAD", "the last commit", false);
        var (mergeBase, how) = await UpstreamBaseAsync(cancellationToken).ConfigureAwait(false);
        if (how != "the last commit")
            yield return (mergeBase, how, false);
        var ancestors = await scratch.RunAsync(["rev-list", "--first-parent", "--skip=1", "-n" + ancestorsTried.ToString(CultureInfo.InvariantCulture), "HEAD"], cancellationToken).ConfigureAwait(false);
        foreach (var ancestor in ancestors.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            yield return (ancestor, "the first ancestor on which it applies", false);
    }

    async Task<string> TreeAsync(string commit, CancellationToken cancellationToken) =>
        (await scratch.CheckedAsync(["rev-parse", "--verify", commit + "^{tree}"], cancellationToken).ConfigureAwait(false)).Line;

    static Comparison Single(string mode, string before, string after, string how, string commit, string beforeTree, string afterTree, Step step) => new()
    {
        Mode = mode,
        Before = before,
        After = after,
        BaseFoundBy = how,
        BaseCommit = commit,
        Trees = [beforeTree, afterTree],
        Steps = [step],
    };

    [GeneratedRegex(@"^(.+)-(\d{1,4})$", RegexOptions.CultureInvariant)]
    private static partial Regex Counted();

    [GeneratedRegex(@"^(.*?)(?:[~^]\d*)+$", RegexOptions.CultureInvariant)]
    private static partial Regex Ancestor();

    // What could be the name of a branch, and is not already that of a remote's.
    [GeneratedRegex(@"^(?!HEAD\b)[^/~^:@]+(?<!-\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Branch();

    [GeneratedRegex("^[0-9a-f]{7,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Sha();
}
