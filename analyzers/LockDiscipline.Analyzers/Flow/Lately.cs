using System.Collections.Concurrent;
using System.Threading;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What was made lately, for those who ask again: a helper's code is asked for by those who call it, and for its own findings. Lives with the compilation; thread-safe.</summary>
internal sealed class Lately<TKey, TValue>
    where TKey : notnull
{
    /// <summary>A few dozen megabytes at most of graphs or solutions; where there are more, all are let go, and those that are asked for again are made again.</summary>
    const int Max = 1024;

    readonly ConcurrentDictionary<TKey, TValue> _known = new();
    int _count;

    public bool TryGet(TKey key, out TValue value) => _known.TryGetValue(key, out value!);

    /// <summary>Keeps a value, unless there is one already; gives the one that is kept.</summary>
    public TValue Keep(TKey key, TValue value)
    {
        if (Interlocked.Increment(ref _count) > Max)
        {
            _known.Clear();
            _count = 0;
        }

        return _known.GetOrAdd(key, value);
    }
}
