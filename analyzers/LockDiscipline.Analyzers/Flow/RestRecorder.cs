using System;
using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Notes, while members are looked into, what the answers about them rest on.</summary>
/// <remarks>One for each <see cref="FlowHost"/>; not thread-safe.</remarks>
internal sealed class RestRecorder(FlowCache cache)
{
    const int Remembered = 64;

    // What was noted lately: the same is noted again and again, and all threads note it in one place.
    (Rests? For, object? On)[]? _noted;
    Rests? _current;

    /// <summary>The answer that is being looked for; null for none that anybody wants to know about.</summary>
    public Rests? Current => _current;

    /// <summary>What answers about the code of a member rest on, as far as it was looked into.</summary>
    public Rests Of(FunctionNames function) => cache.Rests.GetOrAdd(function, static function => new Rests(function, isOutward: true));

    /// <summary>What answers about the callers of a method rest on, as far as they were asked.</summary>
    public Rests OfCallers(IMethodSymbol method) => cache.CallersRests.GetOrAdd(method, static _ => new Rests());

    /// <summary>Who is being looked into rests on another answer.</summary>
    public void On(Rests answer)
    {
        if (_current is not null && IsNew(answer))
            _current.Add(answer);
    }

    /// <summary>Who is being looked into rests on what those who call a member are told of it.</summary>
    public void On(FunctionNames function)
    {
        if (_current is not null && IsNew(function))
            _current.Add(Of(function));
    }

    public void On(IMethodSymbol callee)
    {
        if (_current is null || cache.FunctionOf(callee) is not { } function)
            return;
        On(function);
        // What is told of a part of a member is not among what is told of the member.
        if (callee.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction)
            _current.Add(new[] { function }, Array.Empty<TreeNames>());
    }

    /// <summary>Who is being looked into rests on how a method does what it does.</summary>
    public void OnCode(IMethodSymbol callee)
    {
        On(callee);
        if (_current is not null && cache.FunctionOf(callee) is { } function)
            _current.Add(new[] { function }, Array.Empty<TreeNames>());
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
        if (_current is not null && cache.Mentioned.In(graph.OriginalOperation) is var mentioned && IsNew(mentioned))
            mentioned.AddTo(_current);
    }

    /// <summary>The members that mention a name, where they are: who looks for them rests on all of them, and on there being no others.</summary>
    public IEnumerable<(SyntaxTree Tree, TextSpan Span)> OnAllMentioning(string name)
    {
        _current?.Add(new NameMentioned(TreeNames.Hash(name), null));
        return cache.Names.Mentioning(name);
    }

    /// <summary>Who is being looked into rests on all code in the files of a type that mentions a name.</summary>
    public void OnMentioning(INamedTypeSymbol? type, string name)
    {
        if (_current is null || type is null)
            return;
        foreach (var reference in type.DeclaringSyntaxReferences)
            _current.Add(new NameMentioned(TreeNames.Hash(name), reference.SyntaxTree.FilePath));
    }

    /// <summary>Until the returned value is disposed an answer is being looked for. The one that was until now rests on it.</summary>
    public Search Begin(Rests answer)
    {
        _current?.Add(answer);
        return BeginApart(answer);
    }

    /// <summary>The same of what answers about a member's code rest on.</summary>
    public Search Begin(FunctionNames? function) => function is null ? new Search(this, _current) : Begin(Of(function));

    public Search Begin(IMethodSymbol callee) => Begin(cache.FunctionOf(callee));

    /// <summary>The same of an answer on which the one before does not rest.</summary>
    public Search BeginApart(Rests answer)
    {
        var outer = _current;
        _current = answer;
        return new Search(this, outer);
    }

    // Whether it was not noted lately.
    bool IsNew(object answer)
    {
        _noted ??= new (Rests?, object?)[Remembered];
        ref var noted = ref _noted[(answer.GetHashCode() ^ _current!.GetHashCode()) & (Remembered - 1)];
        if (ReferenceEquals(noted.On, answer) && ReferenceEquals(noted.For, _current))
            return false;
        noted = (_current, answer);
        return true;
    }

    /// <summary>The time in which an answer is being looked for.</summary>
    internal readonly struct Search(RestRecorder recorder, Rests? outer) : IDisposable
    {
        public void Dispose() => recorder._current = outer;
    }
}
