using System;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>The same as <see cref="Kept{T}"/> of answers about something else than a member, which has an id. They live as long as their surroundings. Thread-safe.</summary>
/// <typeparam name="T">Refers to no symbol, no tree and no operation.</typeparam>
internal sealed class KeptAnswers<T>
{
    readonly ConditionalWeakTable<Surroundings, ConcurrentDictionary<string, KeptFact<T>>> _answers = new();

    /// <summary>The answer: the one of an earlier compilation, if it is still true, and otherwise what is found now.</summary>
    /// <param name="host">Who asks.</param>
    /// <param name="id">What for.</param>
    /// <param name="find">Finds the answer.</param>
    /// <param name="isFinal">Whether what was found is to be kept.</param>
    public T Of(FlowHost host, string id, Func<FlowHost, string, T> find, Func<bool> isFinal)
    {
        var changes = host.Cache.Names.Changes;
        var answers = _answers.GetOrCreateValue(changes.Surroundings);
        var rests = new Rests();
        if (answers.TryGetValue(id, out var fact) && fact.IsTrue(host, restsOnDeclarations: true))
        {
            fact.AddTo(rests, host);
            host.Rests.On(rests);
            return fact.Value;
        }

        T found;
        using (host.Rests.Begin(rests))
            found = find(host, id);
        if (isFinal())
            answers[id] = new KeptFact<T>(found, rests, changes, host.Options);
        return found;
    }
}
