using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A reach in the form in which it is kept over an edit.</summary>
internal static class PackedReach
{
    /// <summary>Null where it has no such form.</summary>
    public static object?[]? Of(FlowHost host, Reach reach)
    {
        var packer = new Packer(host);
        packer.All(reach.Takes, packer.Taken);
        packer.All(reach.Waits, waited =>
        {
            waited.Use.PackTo(packer);
            packer.All(waited.Without.RemoveAll(static path => !path.IsRooted), packer.Term);
            packer.All(waited.Via, packer.Plain);
            packer.Plain(waited.IsByOther);
            packer.Premise(waited.Given);
        });
        packer.All(reach.Excludes, exclusion =>
        {
            packer.Term(exclusion.Lock);
            packer.Plain(exclusion.Text);
            packer.Premise(exclusion.Given);
        });
        packer.All(reach.Sleeps, sleep =>
        {
            packer.All(sleep.Chain, link =>
            {
                packer.Plain(link.Name);
                packer.Place(link.Location);
            });
            packer.All(sleep.Without, packer.Term);
            packer.Premise(sleep.Given);
        });
        packer.All(reach.Invokes, held =>
        {
            packer.Symbol(held.Parameter);
            packer.All(held.Locks, packer.Hold);
        });
        return packer.ToArray();
    }

    /// <summary>The reach in the terms of the present compilation; null where these have changed.</summary>
    public static Reach? Read(FlowHost host, object?[] packed)
    {
        var unpacker = new Unpacker(host, packed);
        var reach = new Reach
        {
            Takes = unpacker.All(unpacker.Taken),
            Waits = unpacker.All(() => new Waited(LockUse.Read(unpacker), unpacker.All(unpacker.Term), unpacker.All(unpacker.Plain<string>), unpacker.Plain<bool>()) { Given = unpacker.Premise() }),
            Excludes = unpacker.All(() => new Exclusion(unpacker.Term(), unpacker.Plain<string>(), unpacker.Premise())),
            Sleeps = unpacker.All(() => new Sleep(unpacker.All(() => new ChainLink(unpacker.Plain<string>(), unpacker.Place())), unpacker.All(unpacker.Term), unpacker.Premise())),
            Invokes = unpacker.All(() => new HeldForDelegate((unpacker.Symbol() as IParameterSymbol)!, unpacker.All(unpacker.Hold))),
        };
        return unpacker.HasFailed ? null : reach;
    }
}
