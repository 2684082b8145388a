using System;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What those who call a method are told of it: its summary, its reach, its pairs of locks. Where that is the same, it is nobody's concern that its code was changed.</summary>
/// <remarks>So an edit ends where it has no effect, instead of at the last caller of a caller.</remarks>
internal static class Answers
{
    /// <summary>The form of an answer that says nothing.</summary>
    public static readonly object?[] None = Array.Empty<object?>();

    // By the kind of code: a property has two.
    static readonly Kept<object?[]>[] s_summaries = { new(), new(), new() };
    static readonly Kept<object?[]>[] s_reaches = { new(), new(), new() };
    static readonly Kept<object?[]> s_pairs = new();

    /// <summary>Stands for an answer that has no form in which it could be kept.</summary>
    static readonly object?[] s_unkept = new object?[1];

    public static KeptAnswer Summary(FlowHost host, IMethodSymbol method) => Of(host, method, s_summaries);

    public static KeptAnswer Reach(FlowHost host, IMethodSymbol method) => Of(host, method, s_reaches);

    public static KeptAnswer Pairs(FlowHost host, IMethodSymbol method) =>
        new(s_pairs, method.MethodKind == MethodKind.Ordinary ? host.Cache.FunctionOf(method) : null);

    static KeptAnswer Of(FlowHost host, IMethodSymbol method, Kept<object?[]>[] stores) => method.MethodKind switch
    {
        MethodKind.Ordinary or MethodKind.Constructor => new KeptAnswer(stores[0], host.Cache.FunctionOf(method)),
        MethodKind.PropertyGet => new KeptAnswer(stores[1], host.Cache.FunctionOf(method)),
        MethodKind.PropertySet => new KeptAnswer(stores[2], host.Cache.FunctionOf(method)),
        _ => default,
    };

    /// <summary>Whether callers are told the same of a method as they were before its code was changed.</summary>
    /// <param name="host">The present compilation.</param>
    /// <param name="before">The method as it was when they were told.</param>
    /// <param name="now">As it is now.</param>
    public static bool AreSame(FlowHost host, FunctionNames before, FunctionNames now)
    {
        // What is found out here rests on nothing that has to be found out so.
        if (host.IsStrict || !now.IsMethod || before.IsShort || now.IsShort)
            return false;
        return host.Cache.SameAnswers.TryGetValue((before, now), out bool known) ? known : host.Cache.SameAnswers.GetOrAdd((before, now), Compare(host.Strict(), before, now));
    }

    static bool Compare(FlowHost host, FunctionNames before, FunctionNames now)
    {
        var tree = host.Cache.Names.TreeOf(now);
        if (host.Cache.Model(tree).GetDeclaredSymbol(tree.GetRoot(host.Cancel).FindNode(now.Span), host.Cancel) is not IMethodSymbol { MethodKind: MethodKind.Ordinary } method)
            return false;
        var (summary, pairs) = (host.SummaryOf(method, caller: null), host.PairsOf(method, caller: null));
        return IsSame(s_summaries[0].Of(before), ReferenceEquals(summary, Flow.Summary.None) ? None : PackedSummary.Of(host, summary))
            && IsSame(s_pairs.Of(before), pairs.IsEmpty ? None : PackedPairs.Of(host, pairs))
            && IsSameReach(host, method, before);
    }

    // A reach that says something by its names was kept when it was told; and names that decide that are the same, or the surroundings are others.
    static bool IsSameReach(FlowHost host, IMethodSymbol method, FunctionNames before) =>
        s_reaches[0].Of(before) is not { } told || IsSame(told, Pack(host, method, host.ReachOfBody(method)));

    /// <summary>The form in which a reach is kept; null where it has none.</summary>
    public static object?[]? Pack(FlowHost host, IMethodSymbol method, Reach reach)
    {
        if (ReferenceEquals(reach, Flow.Reach.Nothing))
            return None;
        // Whether it waits before its first await or after is told by where it does.
        return method.IsAsync && !reach.Waits.IsEmpty ? null : PackedReach.Of(host, reach);
    }

    // A helper that is no helper by what it does is not looked into, and nothing is kept: it was told to do nothing. Where a place is said is no part of what is.
    static bool IsSame(object?[]? before, object?[]? now)
    {
        before ??= None;
        if (now is null || before.Length != now.Length || ReferenceEquals(before, s_unkept))
            return false;
        for (int i = 0; i < now.Length; i++)
        {
            if (!(now[i] is KeptPlace && before[i] is KeptPlace) && !Equals(now[i], before[i]))
                return false;
        }

        return true;
    }

    /// <summary>Where an answer about one method is kept.</summary>
    public readonly struct KeptAnswer(Kept<object?[]>? store, FunctionNames? function)
    {
        /// <summary>The answer, if it is still true; empty where it says nothing.</summary>
        public object?[]? Find(FlowHost host) =>
            store is not null && function is not null && store.TryGet(host, function, out var packed) && !ReferenceEquals(packed, s_unkept) ? packed : null;

        /// <summary>Keeps it; null says that it has no form for that.</summary>
        public void Keep(FlowHost host, object?[]? packed)
        {
            if (store is not null && function is not null)
                store.Add(host, function, packed ?? s_unkept);
        }
    }
}
