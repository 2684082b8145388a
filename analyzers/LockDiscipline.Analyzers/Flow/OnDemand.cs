using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Answers about methods that rest on answers about the methods they call. One that is recursive is found by assuming what the last
/// round found, until that no longer changes.
/// </summary>
/// <remarks>One instance per analysed body; not thread-safe. Answers that rest on nothing unfinished go to the shared store.</remarks>
internal sealed class OnDemand<TAnswer>(ConcurrentDictionary<IMethodSymbol, TAnswer> final, Func<TAnswer, TAnswer, bool> same)
    where TAnswer : class
{
    /// <summary>Callees within callees; real helpers nest a handful deep.</summary>
    public const int MaxDepth = 32;

    /// <summary>Answers made for one body; only knots of mutual recursion come near.</summary>
    public const int MaxMade = 400;

    const int MaxRounds = 4;

    readonly Dictionary<IMethodSymbol, TAnswer> _assumed = new(SymbolEqualityComparer.Default);
    readonly HashSet<IMethodSymbol> _relied = new(SymbolEqualityComparer.Default);
    int _made;

    /// <summary>A method was not looked into because a bound was hit.</summary>
    public bool IsCapped { get; private set; }

    public bool IsBeingMade(IMethodSymbol method) => _assumed.ContainsKey(method);

    public bool TryGet(IMethodSymbol method, out TAnswer answer)
    {
        if (final.TryGetValue(method, out answer!))
            return true;
        if (!_assumed.TryGetValue(method, out answer!))
            return false;
        _relied.Add(method);
        return true;
    }

    public TAnswer Make(IMethodSymbol method, TAnswer nothing, Func<TAnswer> make)
    {
        if (_assumed.Count >= MaxDepth || _made >= MaxMade)
        {
            IsCapped = true;
            return nothing;
        }

        var answer = nothing;
        for (int round = 0; round < MaxRounds; round++)
        {
            _made++;
            _assumed[method] = answer;
            var next = make();
            bool recursive = _relied.Remove(method);
            bool settled = same(next, answer);
            answer = next;
            if (!recursive || settled)
                break;
        }

        _assumed.Remove(method);
        // What rests on an answer still being found is not final.
        return _relied.Count == 0 ? final.GetOrAdd(method, answer) : answer;
    }
}
