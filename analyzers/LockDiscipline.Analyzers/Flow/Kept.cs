using System.Runtime.CompilerServices;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Facts about members that were found in one compilation and are true in the next, as long as nothing that they rest on was changed.</summary>
/// <remarks>
/// An edit changes one tree of hundreds, but a compilation has only new symbols, so that all that speaks of symbols has to be found anew. A fact says what it says
/// without any: it lives as long as the tree of its member, and keeps no compilation alive. Thread-safe.
/// </remarks>
/// <typeparam name="T">Refers to no symbol, no tree and no operation.</typeparam>
/// <param name="restsOnDeclarations">The facts rest on all declarations of the project, whatever they name.</param>
internal sealed class Kept<T>(bool restsOnDeclarations = false)
{
    readonly ConditionalWeakTable<FunctionNames, Entry> _facts = new();
    // By what stands in their places in the surroundings: the next version of a tree knows nothing of this one.
    readonly ConditionalWeakTable<FunctionNames, Entry> _latest = new();

    /// <summary>The fact about the code of a member, if there is one that is still true; whoever asks about that code rests on it.</summary>
    public bool TryGet(FlowHost host, FunctionNames function, out T value)
    {
        host.Rests.On(function);
        return TryGet(host, function, host.Rests.Of(function), out value);
    }

    /// <summary>The fact about a member, if there is one that is still true.</summary>
    /// <param name="host">Who asks.</param>
    /// <param name="function">The member.</param>
    /// <param name="rests">Gets what the fact rests on; null where nobody wants to know.</param>
    /// <param name="value">What was found.</param>
    public bool TryGet(FlowHost host, FunctionNames function, Rests? rests, out T value)
    {
        var changes = host.Cache.Names.Changes;
        var own = Find(_facts, function);
        if ((own ?? (changes.Original(function) is { } original ? Find(_latest, original) ?? Find(_facts, original) : null)) is { } entry && entry.Content == function.Content && entry.Fact.IsTrue(host, restsOnDeclarations))
        {
            if (own is null)
                Put(_facts, function, entry);
            if (rests is not null)
                entry.Fact.AddTo(rests, host);
            value = entry.Fact.Value;
            return true;
        }

        value = default!;
        return false;
    }

    /// <summary>Keeps what was found of the code of a member, which is final.</summary>
    public void Add(FlowHost host, FunctionNames function, T value) => Add(host, function, value, host.Rests.Of(function));

    /// <summary>Keeps what was found of a member, which is final.</summary>
    /// <param name="host">Who found it.</param>
    /// <param name="function">The member.</param>
    /// <param name="value">What was found.</param>
    /// <param name="rests">What it rests on; may still be added to until the next compilation.</param>
    public void Add(FlowHost host, FunctionNames function, T value, Rests rests)
    {
        var changes = host.Cache.Names.Changes;
        var entry = new Entry(new KeptFact<T>(value, rests, changes, host.Options), function.Content);
        Put(_facts, function, entry);
        if (changes.Original(function) is { } original)
            Put(_latest, original, entry);
        // Whoever rests on it rests on that one.
        if (changes.Before(function) is { } same)
            Put(_facts, same, entry);
    }

    /// <summary>What was last found of exactly this code, true or not; the default where nobody asked.</summary>
    public T? Of(FunctionNames function) => Find(_facts, function) is { } entry ? entry.Fact.Value : default;

    static void Put(ConditionalWeakTable<FunctionNames, Entry> facts, FunctionNames function, Entry entry)
    {
        lock (facts)
        {
            facts.Remove(function);
            facts.Add(function, entry);
        }
    }

    static Entry? Find(ConditionalWeakTable<FunctionNames, Entry> facts, FunctionNames function) => facts.TryGetValue(function, out var entry) ? entry : null;

    // The fact, and the code of its member: what has taken that one's place may have another.
    sealed record Entry(KeptFact<T> Fact, ulong Content);
}
