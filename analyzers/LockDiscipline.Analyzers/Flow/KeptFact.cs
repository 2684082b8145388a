using LockDiscipline.Analyzers.Contracts;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A fact, and what it rests on: gathered when it is first asked for in another compilation, which most are never. Thread-safe.</summary>
/// <param name="value">Refers to no symbol, no tree and no operation.</param>
/// <param name="rests">What it rests on; may still be added to until the next compilation.</param>
/// <param name="changes">Of the compilation in which it was found.</param>
/// <param name="options">Those under which it was found.</param>
internal sealed class KeptFact<T>(T value, Rests rests, Changes changes, FlowOptions options)
{
    readonly object _gathering = new();
    readonly Surroundings _surroundings = changes.Surroundings;
    readonly ulong _declarations = changes.AllDeclarations;
    // Let go when the grounds are gathered from it, or each compilation would keep some of the one before it.
    Origin? _origin = new(rests, changes);
    Grounds? _grounds;

    public T Value { get; } = value;

    /// <summary>Whether it is true in the present compilation.</summary>
    public bool IsTrue(FlowHost host, bool restsOnDeclarations)
    {
        var now = host.Cache.Names.Changes;
        return ReferenceEquals(_surroundings, now.Surroundings) && options == host.Options
            && (!restsOnDeclarations || _declarations == now.AllDeclarations) && (OriginIn(now) is not null || Gathered().Stand(host));
    }

    /// <summary>Whoever asks about it rests on all that it rests on.</summary>
    public void AddTo(Rests others, FlowHost host)
    {
        if (OriginIn(host.Cache.Names.Changes) is { } origin)
            others.Add(origin.Rests);
        else
            Gathered().AddTo(others);
    }

    // In the compilation in which it was found nothing has changed since.
    Origin? OriginIn(Changes now) => _origin is { } origin && ReferenceEquals(origin.Changes, now) ? origin : null;

    Grounds Gathered()
    {
        lock (_gathering)
        {
            if (_grounds is null)
            {
                _grounds = new Grounds(_origin!.Rests, _origin.Changes);
                _origin = null;
            }

            return _grounds;
        }
    }

    sealed record Origin(Rests Rests, Changes Changes);
}
