using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What the roots of a callee's contract are at one call: the receiver, the arguments, the returned value.</summary>
internal sealed class CallBinding
{
    public static readonly CallBinding None = new(null, null, ImmutableArray<BoundArgument>.Empty, null);

    public CallBinding(Term? receiver, SyntaxNode? receiverSyntax, ImmutableArray<BoundArgument> arguments, Term? result)
    {
        Receiver = receiver;
        ReceiverSyntax = receiverSyntax;
        Arguments = arguments;
        Result = result;
    }

    public Term? Receiver { get; }

    /// <summary>The receiver as written; null for <c>this</c> left out.</summary>
    public SyntaxNode? ReceiverSyntax { get; }

    public ImmutableArray<BoundArgument> Arguments { get; }

    /// <summary>The static type of the receiver expression.</summary>
    public ITypeSymbol? ReceiverType { get; init; }

    public Term? Result { get; }

    /// <summary>The parameter that stands for the receiver, of a member of an extension block.</summary>
    public IParameterSymbol? Extended { get; init; }

    public Term? Substitute(Term path) => path.Substitute(Root);

    /// <summary>The value that a path of the callee leads to, in <paramref name="state"/>.</summary>
    public Term? Follow(PathState state, Term path) => Evaluator.Follow(state, path, root => Root(root) ?? (IsCaptured(root) ? state.Read(root) : null));

    /// <summary>The callee is a local function, which knows the variables around it.</summary>
    public bool IsLocal { get; init; }

    bool IsCaptured(Term root) => root.Symbol is ILocalSymbol || (IsLocal && root is { Kind: TermKind.Parameter, Symbol: IParameterSymbol });

    /// <summary>The type whose code makes the call: it names its own static members without their type.</summary>
    public INamedTypeSymbol? Within { get; init; }

    /// <summary>A lock expression of the callee as it reads at the call.</summary>
    /// <param name="expression">The expression as written there.</param>
    /// <param name="path">What it names.</param>
    public string Render(string expression, Term path)
    {
        if (path.Root is { Kind: TermKind.Static, Symbol: { ContainingType: { } type } root })
            return StartsWith(expression, root.Name) && !IsWithin(type) ? $"{type.ToDisplayString(TypeFormat)}.{expression}" : expression;
        return Render(expression);
    }

    static readonly SymbolDisplayFormat TypeFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes, genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters);

    static bool StartsWith(string expression, string name) =>
        expression.StartsWith(name, System.StringComparison.Ordinal) && (expression.Length == name.Length || expression[name.Length] is '.' or '[');

    bool IsWithin(INamedTypeSymbol type)
    {
        for (var outer = Within; outer is not null; outer = outer.ContainingType)
        {
            for (var level = outer; level is not null; level = level.BaseType)
            {
                if (SymbolEqualityComparer.Default.Equals(level.OriginalDefinition, type.OriginalDefinition))
                    return true;
            }
        }

        return false;
    }

    string Render(string expression)
    {
        if (expression.Length == 0 || expression == "this")
            return ReceiverSyntax?.ToString() ?? "this";
        int end = 0;
        while (end < expression.Length && (char.IsLetterOrDigit(expression[end]) || expression[end] is '_' or '@'))
            end++;
        var head = expression.Substring(0, end);
        var rest = expression.Substring(end);
        if (head == Extended?.Name)
            return ReceiverSyntax + rest;
        if (head == "this")
            return ReceiverSyntax is null ? rest.TrimStart('.') : ReceiverSyntax + rest;
        foreach (var argument in Arguments)
        {
            if (argument.Parameter.Name == head)
                return Written(argument.Value.Syntax) + rest;
        }

        // A name of the callee's type: reached through the receiver, unless it starts with a type.
        return ReceiverSyntax is null || ReceiverSyntax is PredefinedTypeSyntax ? expression : $"{ReceiverSyntax}.{expression}";
    }

    /// <summary>Locks that the callee holds, as its caller names them; those that it cannot name are left out.</summary>
    public ImmutableArray<Hold> Bound(ImmutableArray<Hold> locks)
    {
        var bound = ImmutableArray.CreateBuilder<Hold>(locks.Length);
        foreach (var hold in locks)
        {
            if (Substitute(hold.Lock) is { } path)
                bound.Add(hold with { Lock = path, Depth = 1, Source = HoldSource.Caller, At = null, Scope = null, Text = Render(hold.Text, hold.Lock) });
        }

        return bound.ToImmutable();
    }

    static string Written(SyntaxNode syntax) => syntax is ArgumentSyntax argument ? argument.Expression.ToString() : syntax.ToString();

    /// <summary>What a root of the callee's contract is here; null where it has no counterpart.</summary>
    public Term? Root(Term root)
    {
        switch (root.Kind)
        {
            case TermKind.This:
                return Receiver;
            case TermKind.Return:
                return Result;
            default:
                if (Extended is not null && SymbolEqualityComparer.Default.Equals(Extended, root.Symbol))
                    return Receiver;
                foreach (var argument in Arguments)
                {
                    if (SymbolEqualityComparer.Default.Equals(argument.Parameter, root.Symbol))
                        return argument.Term;
                }

                // Of a partial method the code has parameters of its own.
                return root.Symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { PartialDefinitionPart: { } declared } } part ? Root(Term.Parameter(declared.Parameters[part.Ordinal])) : null;
        }
    }
}

/// <param name="Parameter">The parameter, as defined.</param>
/// <param name="Location">For one passed by reference: the place passed.</param>
internal readonly record struct BoundArgument(IParameterSymbol Parameter, IOperation Value, Term Term, Term? Location);
