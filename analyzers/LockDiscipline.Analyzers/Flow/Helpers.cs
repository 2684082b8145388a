using System.Collections.Concurrent;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Decides which bodies are worth solving: those that mention locks, and those that call a helper which really has an effect on its
/// callers' locks. Names narrow the search, summaries decide. Thread-safe; lives with the compilation.
/// </summary>
internal sealed class Helpers(NameIndex names)
{
    static readonly Kept<bool> s_effects = new();

    readonly ConcurrentDictionary<(FunctionNames, int), bool> _calls = new();
    readonly ConcurrentDictionary<FunctionNames, bool> _effects = new();

    /// <summary>Whether a member can have findings.</summary>
    public bool IsCandidate(FlowHost host, FunctionNames function)
    {
        host.Rests.On(function);
        return names.MentionsLocks(function) || CallsHelper(host, function, ProjectNames.HelperLevels);
    }

    /// <summary>Whether a method's code can have an effect on its callers' locks.</summary>
    public bool MayHaveEffect(FlowHost host, IMethodSymbol method)
    {
        foreach (var reference in (method.PartialImplementationPart ?? method).DeclaringSyntaxReferences)
        {
            if (names.At(reference.SyntaxTree, reference.Span.Start) is { } function && IsCandidate(host, function))
                return true;
        }

        return false;
    }

    bool CallsHelper(FlowHost host, FunctionNames caller, int levels)
    {
        if (levels == 0)
            return false;
        if (_calls.TryGetValue((caller, levels), out bool known))
        {
            host.Rests.On(caller);
            return known;
        }

        bool isFinal = true;
        bool calls = false;
        using (host.Rests.Begin(caller))
        {
            foreach (var helper in names.Helpers(caller))
            {
                calls |= HasEffect(host, helper, levels - 1, ref isFinal);
                if (calls)
                    break;
            }
        }

        if (isFinal)
            _calls.TryAdd((caller, levels), calls);
        return calls;
    }

    bool HasEffect(FlowHost host, FunctionNames helper, int levels, ref bool isFinal)
    {
        if (_effects.TryGetValue(helper, out bool known))
        {
            host.Rests.On(helper);
            return known;
        }

        if (s_effects.TryGet(host, helper, out known))
            return _effects.GetOrAdd(helper, known);
        host.Rests.On(helper);
        if (!names.MentionsLocks(helper) && !CallsHelper(host, helper, levels))
            return false;
        // A helper that is being looked into adds nothing to what it will be found to have; one with locks of its own is always solved.
        if (!host.BeginAsking(helper))
        {
            isFinal = false;
            return false;
        }

        bool solved = true;
        bool effect;
        using (host.Rests.Begin(helper))
            effect = Solve(host, names.TreeOf(helper), helper, ref solved);
        host.EndAsking(helper);
        if (solved)
        {
            _effects.TryAdd(helper, effect);
            s_effects.Add(host, helper, effect);
        }
        else
        {
            isFinal = false;
        }

        return effect;
    }

    static bool Solve(FlowHost host, SyntaxTree tree, FunctionNames helper, ref bool isFinal)
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
        bool concerns = host.SummaryOf(method, null, isHelper: true).ConcernsCallers
            || !host.PairsOf(method, caller: null).IsEmpty;
        isFinal &= host.IsFinal(method);
        return concerns;
    }
}
