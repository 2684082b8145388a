using System.Collections.Concurrent;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>The bodies solved lately: a helper's is asked for by those who call it, and for its own findings. Lives with the compilation; thread-safe.</summary>
internal sealed class Solutions
{
    /// <summary>A few dozen megabytes at most; where there are more, those that are asked for again are solved again.</summary>
    const int MaxKept = 1024;

    readonly ConcurrentDictionary<IMethodSymbol, (Solution Solution, FlowOptions Options)> _known = new(SymbolEqualityComparer.Default);
    int _count;

    /// <summary>That of a method, if it was solved under these options; null otherwise.</summary>
    public Solution? Find(IMethodSymbol method, FlowOptions options) =>
        _known.TryGetValue(method, out var known) && known.Options == options ? known.Solution : null;

    /// <summary>Keeps one that rests on nothing that may still change.</summary>
    public void Keep(IMethodSymbol method, FlowOptions options, Solution solution)
    {
        if (Interlocked.Increment(ref _count) > MaxKept)
        {
            _known.Clear();
            _count = 0;
        }

        _known[method] = (solution, options);
    }
}
