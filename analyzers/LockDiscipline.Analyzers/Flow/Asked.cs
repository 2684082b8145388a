using System;
using System.Collections.Concurrent;
using System.Collections.Generic;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Answers that are the same for everybody who asks in one compilation, each with what it rests on: whoever asks rests on that, too. Thread-safe.</summary>
internal sealed class Asked<TKey, TAnswer>(IEqualityComparer<TKey>? keys = null)
    where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, (TAnswer Answer, Rests Rests)> _known = new(keys ?? EqualityComparer<TKey>.Default);

    /// <summary>The answer, if it was found before.</summary>
    public bool TryGet(FlowHost host, TKey key, out TAnswer answer)
    {
        bool isKnown = _known.TryGetValue(key, out var known);
        if (isKnown)
            host.Rests.On(known.Rests);
        answer = known.Answer;
        return isKnown;
    }

    /// <summary>The answer, which is found where nobody asked before.</summary>
    /// <param name="host">Who asks.</param>
    /// <param name="key">What for.</param>
    /// <param name="find">Finds the answer.</param>
    /// <param name="isFinal">Whether others are given it, too; null where they always are.</param>
    public TAnswer Of(FlowHost host, TKey key, Func<FlowHost, TKey, TAnswer> find, Func<bool>? isFinal = null)
    {
        if (TryGet(host, key, out var known))
            return known;
        var rests = new Rests();
        TAnswer found;
        using (host.Rests.Begin(rests))
            found = find(host, key);
        return isFinal is null || isFinal() ? _known.GetOrAdd(key, (found, rests)).Answer : found;
    }
}
