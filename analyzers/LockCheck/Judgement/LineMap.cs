using System.Collections.Immutable;
using LockCheck.Patches;

namespace LockCheck.Judgement;

/// <summary>Where the lines and files of the one revision are in the other.</summary>
internal sealed class LineMap
{
    readonly Dictionary<string, FileDiff> _byOldPath = new(StringComparer.Ordinal);
    readonly Dictionary<string, FileDiff> _byNewPath = new(StringComparer.Ordinal);

    /// <summary>Makes the map of a difference.</summary>
    public LineMap(ImmutableArray<FileDiff> files)
    {
        Files = files;
        foreach (var file in files)
        {
            if (file.OldPath is { } old)
                _byOldPath.TryAdd(old, file);
            if (file.NewPath is { } @new)
                _byNewPath.TryAdd(@new, file);
        }
    }

    /// <summary>The difference.</summary>
    public ImmutableArray<FileDiff> Files { get; }

    /// <summary>The new path of a file; itself where nothing was renamed.</summary>
    public string NewPath(string oldPath) => _byOldPath.TryGetValue(oldPath, out var file) ? file.NewPath ?? oldPath : oldPath;

    /// <summary>What differs in a file of the new revision, or null.</summary>
    public FileDiff? OfNew(string path) => _byNewPath.GetValueOrDefault(path);

    /// <summary>What differs in a file of the old revision, or null.</summary>
    public FileDiff? OfOld(string path) => _byOldPath.GetValueOrDefault(path);

    /// <summary>The line in the new file that an old line became; null for one that was removed or changed.</summary>
    public int? NewLine(string oldPath, int line)
    {
        if (!_byOldPath.TryGetValue(oldPath, out var file))
            return line;
        var shift = 0;
        foreach (var hunk in file.Hunks)
        {
            foreach (var changed in hunk.Lines)
            {
                if (changed.OldLine > line)
                    break;
                if (changed.Kind == DiffLineKind.Removed)
                {
                    if (changed.OldLine == line)
                        return null;
                    shift--;
                }
                else if (changed.Kind == DiffLineKind.Added)
                {
                    shift++;
                }
            }
        }
        return line + shift;
    }

    /// <summary>The number of the run of changed lines that a removed line belongs to; -1 where the line is not removed.</summary>
    public int RunOfOld(string path, int line) => _byOldPath.TryGetValue(path, out var file) ? Run(file, DiffLineKind.Removed, l => l.OldLine, line) : -1;

    /// <summary>The same for an added line.</summary>
    public int RunOfNew(string path, int line) => _byNewPath.TryGetValue(path, out var file) ? Run(file, DiffLineKind.Added, l => l.NewLine, line) : -1;

    static int Run(FileDiff file, DiffLineKind kind, Func<DiffLine, int> number, int line)
    {
        var run = 0;
        foreach (var hunk in file.Hunks)
        {
            var inRun = false;
            foreach (var changed in hunk.Lines)
            {
                if (changed.Kind == DiffLineKind.Context)
                {
                    inRun = false;
                    continue;
                }
                if (!inRun)
                    run++;
                inRun = true;
                if (changed.Kind == kind && number(changed) == line)
                    return run;
            }
        }
        return -1;
    }
}
