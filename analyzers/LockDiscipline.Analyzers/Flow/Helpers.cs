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

    /// <summary>Whether a member can have findings.</summary>
    public bool IsCandidate(FlowHost host, TreeNames.Function function) =>
        names.MentionsLocks(function) || CallsHelper(host, function, new HashSet<TreeNames.Function>());

    /// <summary>Whether a method's code can have an effect on its callers' locks.</summary>
    public bool MayHaveEffect(FlowHost host, IMethodSymbol method)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (names.At(reference.SyntaxTree, reference.Span.Start) is { } function && IsCandidate(host, function))
                return true;
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
        bool isFinal = true;
        bool effect = (names.MentionsLocks(helper) || CallsHelper(host, helper, asking)) && Solve(host, tree, helper, ref isFinal);
        // Within a knot of helpers the answer may rest on one that is still being sought; until then it may have an effect.
        if (isFinal && (effect || asking.Count <= 1))
            _effects.TryAdd(helper, effect);
        return effect || !isFinal;
    }

    static bool Solve(FlowHost host, SyntaxTree tree, TreeNames.Function helper, ref bool isFinal)
    {
        var node = tree.GetRoot(host.Cancel).FindNode(helper.Span);
        var symbol = host.Cache.Model(tree).GetDeclaredSymbol(node, host.Cancel);
        return symbol switch
        {
            IMethodSymbol method => ConcernsCallers(host, method, ref isFinal),
            IPropertySymbol property => ConcernsCallers(host, property.GetMethod, ref isFinal) || ConcernsCallers(host, property.SetMethod, ref isFinal),
            _ => false,
        };
    }

    static bool ConcernsCallers(FlowHost host, IMethodSymbol? method, ref bool isFinal)
    {
        if (method is null || Visibility.IsVisible(method))
            return false;
        bool concerns = host.SummaryOf(method).ConcernsCallers;
        isFinal &= host.IsFinal(method);
        return concerns;
    }
}
