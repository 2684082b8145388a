using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.CodeFixes;

/// <summary>Finds and writes the calls that take an owned value over, by the contracts of their parameters.</summary>
internal static class Consumers
{
    /// <summary>The variable that the value of an acquire is in: assigned, matched by a pattern, or given by <c>out</c>; null where it is in none.</summary>
    public static string? Variable(FixSite site, ExpressionSyntax acquire)
    {
        var whole = ResultOf.Whole(acquire);
        if (ResultOf.Variable(whole) is { } name)
            return name;
        if (whole.Parent is IsPatternExpressionSyntax { Pattern: RecursivePatternSyntax { Designation: SingleVariableDesignationSyntax matched } })
            return matched.Identifier.Text;
        if (site.Model.GetOperation(acquire, site.CancellationToken) is not IInvocationOperation call)
            return null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { RefKind: RefKind.Out } parameter || site.Contracts.Of(parameter).Protocol?.Owned is null)
                continue;
            switch ((argument.Syntax as ArgumentSyntax)?.Expression)
            {
                case DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax declared }:
                    return declared.Identifier.Text;
                case IdentifierNameSyntax assigned:
                    return assigned.Identifier.Text;
            }
        }

        return null;
    }

    /// <summary>A statement of the function that hands the variable, or the value in it, to a consumer of that kind; null where there is none.</summary>
    public static string? Existing(FixSite site, SyntaxNode function, string variable, string kind)
    {
        foreach (var node in function.DescendantNodes(n => n == function || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            if (node is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } statement && Taken(site, call, kind) is { } value
                && VariableUse.Mentions(value, variable))
            {
                return statement.ToString();
            }
        }

        return null;
    }

    /// <summary>The argument that the call takes over as that kind of value.</summary>
    static SyntaxNode? Taken(FixSite site, InvocationExpressionSyntax call, string kind)
    {
        if (site.Model.GetOperation(call, site.CancellationToken) is not IInvocationOperation operation)
            return null;
        foreach (var argument in operation.Arguments)
        {
            if (argument.Parameter is { } parameter && Takes(site, parameter, kind))
                return argument.Syntax;
        }

        return null;
    }

    /// <summary>The value that the call takes over as any kind.</summary>
    public static ExpressionSyntax? Argument(FixSite site, InvocationExpressionSyntax call)
    {
        if (site.Model.GetOperation(call, site.CancellationToken) is not IInvocationOperation operation)
            return null;
        foreach (var argument in operation.Arguments)
        {
            if (argument.Parameter is { } parameter && site.Contracts.Of(parameter).Protocol?.Consumes is not null)
                return (argument.Syntax as ArgumentSyntax)?.Expression;
        }

        return null;
    }

    /// <summary>The call of the one consumer of that kind beside the method that <paramref name="near"/> calls; null where there is none, or more than one.</summary>
    /// <param name="value">The value, as it is written.</param>
    /// <param name="position">Where the call is to stand.</param>
    public static string? Write(FixSite site, InvocationExpressionSyntax near, string value, string kind, int position)
    {
        if (site.Model.GetOperation(near, site.CancellationToken) is not IInvocationOperation { TargetMethod: { } method } operation)
            return null;
        string? written = null;
        for (ITypeSymbol? level = method.ContainingType; level is not null; level = level.BaseType)
        {
            foreach (var member in level.GetMembers())
            {
                if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary } consumer || !site.Model.IsAccessible(position, consumer)
                    || (!consumer.IsStatic && method.IsStatic) || Arguments(site, consumer, operation, value, kind) is not { } arguments)
                {
                    continue;
                }

                if (written is not null)
                    return null;
                var receiver = consumer.IsStatic ? consumer.ContainingType.ToMinimalDisplayString(site.Model, position)
                    : near.Expression is MemberAccessExpressionSyntax access ? access.Expression.ToString() : "";
                written = $"{(receiver.Length == 0 ? "" : receiver + ".")}{consumer.Name}({string.Join(", ", arguments)})";
            }
        }

        return written;
    }

    // Besides the value it may need what the other call is given for a parameter of the same name and type.
    static List<string>? Arguments(FixSite site, IMethodSymbol consumer, IInvocationOperation near, string value, string kind)
    {
        bool takes = false;
        var arguments = new List<string>();
        foreach (var parameter in consumer.Parameters)
        {
            if (Takes(site, parameter, kind))
            {
                takes = true;
                arguments.Add(value);
            }
            else if (Same(near, parameter) is { } same)
            {
                arguments.Add(same);
            }
            else if (!parameter.IsOptional)
            {
                return null;
            }
        }

        return takes ? arguments : null;
    }

    // For good: what is taken over on some results only is no release.
    static bool Takes(FixSite site, IParameterSymbol parameter, string kind) =>
        site.Contracts.Of(parameter).Protocol is { ConsumesWhen: null, Consumes: { } taken } && taken == kind;

    static string? Same(IInvocationOperation near, IParameterSymbol parameter)
    {
        foreach (var argument in near.Arguments)
        {
            if (argument.Parameter is { } other && other.Name == parameter.Name && SymbolEqualityComparer.Default.Equals(other.Type, parameter.Type))
                return (argument.Syntax as ArgumentSyntax)?.Expression.ToString();
        }

        return null;
    }
}
