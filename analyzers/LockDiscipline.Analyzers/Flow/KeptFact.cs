using System;
using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A fact, and what it rests on: gathered when it is first asked for, which most are never. Thread-safe.</summary>
/// <param name="value">Refers to no symbol, no tree and no operation.</param>
/// <param name="rests">What it rests on; may still be added to until the next compilation.</param>
/// <param name="changes">Of the compilation in which it was found.</param>
/// <param name="options">Those under which it was found.</param>
internal sealed class KeptFact<T>(T value, Rests rests, Changes changes, FlowOptions options)
{
    readonly Surroundings _surroundings = changes.Surroundings;
    readonly ulong _declarations = changes.AllDeclarations;
    // What it was gathered from is let go then, or each compilation would keep some of the one before it.
    readonly Lazy<Grounds> _grounds = new(() => new Grounds(rests, changes));

    public T Value { get; } = value;

    /// <summary>Whether it is true in the present compilation.</summary>
    public bool IsTrue(FlowHost host, bool restsOnDeclarations)
    {
        var now = host.Cache.Names.Changes;
        return ReferenceEquals(_surroundings, now.Surroundings) && options == host.Options
            && (!restsOnDeclarations || _declarations == now.AllDeclarations) && _grounds.Value.Stand(host);
    }

    /// <summary>Whoever asks about it rests on all that it rests on.</summary>
    public void AddTo(Rests others) => _grounds.Value.AddTo(others);
}
