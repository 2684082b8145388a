using System;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Notes, while members are looked into, what the answers about them rest on.</summary>
/// <remarks>One for each <see cref="FlowHost"/>; not thread-safe.</remarks>
internal sealed class RestRecorder(FlowCache cache)
{
    Rests? _current;

    /// <summary>What answers about a member rest on, as far as it was looked into.</summary>
    public Rests Of(FunctionNames function) => cache.Rests.GetOrAdd(function, static function => new Rests(function));

    /// <summary>Who is being looked into rests on what is found of a member.</summary>
    public void On(FunctionNames function) => _current?.Add(Of(function));

    public void On(IMethodSymbol callee)
    {
        if (_current is not null && cache.FunctionOf(callee) is { } function)
            On(function);
    }

    /// <summary>The same for all code in the files of a type.</summary>
    public void OnCodeOf(INamedTypeSymbol? type)
    {
        if (_current is null || type is null)
            return;
        foreach (var reference in type.DeclaringSyntaxReferences)
            _current.Add(cache.Names.In(reference.SyntaxTree), Array.Empty<TreeNames>());
    }

    /// <summary>The same for the types that some code has to do with.</summary>
    public void OnMentioned(ControlFlowGraph graph)
    {
        if (_current is not null)
            cache.Mentioned.AddTo(_current, graph.OriginalOperation);
    }

    /// <summary>From here on a member is being looked into; gives who was until now.</summary>
    public Rests? Begin(FunctionNames? function)
    {
        var outer = _current;
        if (function is null)
            return outer;
        var own = Of(function);
        outer?.Add(own);
        _current = own;
        return outer;
    }

    public Rests? Begin(IMethodSymbol callee) => Begin(cache.FunctionOf(callee));

    public void End(Rests? outer) => _current = outer;
}
