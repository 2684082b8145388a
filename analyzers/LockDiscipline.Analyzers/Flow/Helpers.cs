using System.Collections.Concurrent;
using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Decides which bodies are worth solving: those that mention locks, and those that call a helper which really has an effect on its
/// callers' locks. Names narrow the search, summaries decide. Thread-safe; lives with the compilation.
/// </summary>
internal sealed class Helpers(NameIndex names)
{
    readonly ConcurrentDictionary<TreeNames.Function, bool> _effects = new();

    /// <summary>Whether the body at <paramref name="position"/> can have findings.</summary>
    public bool IsCandidate(FlowHost host, SyntaxTree tree, int position) =>
        names.At(tree, position) is { } function && (names.MentionsLocks(function) || CallsHelper(host, function, new HashSet<TreeNames.Function>()));

    /// <summary>Whether a method's code can have an effect on its callers' locks.</summary>
    public bool MayHaveEffect(FlowHost host, IMethodSymbol method)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (names.At(reference.SyntaxTree, reference.Span.Start) is { } function
                && (names.MentionsLocks(function) || CallsHelper(host, function, new HashSet<TreeNames.Function>())))
            {
                return true;
            }
        }

        return false;
    }

    bool CallsHelper(FlowHost host, TreeNames.Function caller, HashSet<TreeNames.Function> asking)
    {
        if (!asking.Add(caller))
            return false;
        foreach (var mention in caller.Mentions)
        {
            foreach (var (tree, helper) in names.Helpers(mention))
            {
                if (!ReferenceEquals(helper, caller) && HasEffect(host, tree, helper, asking))
                    return true;
            }
        }

        return false;
    }

    bool HasEffect(FlowHost host, SyntaxTree tree, TreeNames.Function helper, HashSet<TreeNames.Function> asking)
    {
        if (_effects.TryGetValue(helper, out bool known))
            return known;
        if (asking.Contains(helper))
            return false;
        bool effect = (names.MentionsLocks(helper) || CallsHelper(host, helper, asking)) && Solve(host, tree, helper);
        // Within a knot of helpers the answer may rest on one that is still being asked for.
        if (asking.Count <= 1 || effect)
            _effects.TryAdd(helper, effect);
        return effect;
    }

    static bool Solve(FlowHost host, SyntaxTree tree, TreeNames.Function helper)
    {
        var node = tree.GetRoot(host.Cancel).FindNode(helper.Span);
        var symbol = host.Cache.Model(tree).GetDeclaredSymbol(node, host.Cancel);
        return symbol switch
        {
            IMethodSymbol method => ConcernsCallers(host, method),
            IPropertySymbol property => ConcernsCallers(host, property.GetMethod) || ConcernsCallers(host, property.SetMethod),
            _ => false,
        };
    }

    static bool ConcernsCallers(FlowHost host, IMethodSymbol? method) =>
        method is not null && !Visibility.IsVisible(method) && host.SummaryOf(method).ConcernsCallers;
}
