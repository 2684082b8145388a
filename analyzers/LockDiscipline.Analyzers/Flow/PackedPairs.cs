using System.Collections.Immutable;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>The locks that a helper is given and takes one within the other, in the form in which they are kept over an edit.</summary>
internal static class PackedPairs
{
    /// <summary>Null where they have no such form.</summary>
    public static object?[]? Of(FlowHost host, ImmutableArray<WaitedPair> pairs)
    {
        var packer = new Packer(host);
        packer.All(pairs, pair =>
        {
            packer.Taken(pair.Held);
            packer.Taken(pair.Taken);
            packer.All(pair.Gates, packer.Taken);
        });
        return packer.ToArray();
    }

    /// <summary>The pairs in the terms of the present compilation; null where these have changed.</summary>
    public static ImmutableArray<WaitedPair>? Read(FlowHost host, object?[] packed)
    {
        var unpacker = new Unpacker(host, packed);
        var pairs = unpacker.All(() => new WaitedPair(unpacker.Taken(), unpacker.Taken(), unpacker.All(unpacker.Taken)));
        return unpacker.HasFailed ? null : pairs;
    }
}
