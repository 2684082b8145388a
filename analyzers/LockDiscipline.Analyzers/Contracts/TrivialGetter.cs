using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Reads a getter that does nothing but return another path, such as <c>object Sync =&gt; _gate;</c>.</summary>
internal static class TrivialGetter
{
    /// <summary>The path returned, seen from the property's owner; null for a getter that does more, or can be overridden.</summary>
    public static Term? Read(ContractSet contracts, IPropertySymbol property)
    {
        if (property.IsIndexer || property.IsVirtual || property.IsOverride || property.IsAbstract || property.DeclaringSyntaxReferences.IsEmpty)
            return null;
        // The source of another project is not this compilation's.
        if (!SymbolEqualityComparer.Default.Equals(property.ContainingAssembly, contracts.Compilation.Assembly))
            return null;
        foreach (var reference in property.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is PropertyDeclarationSyntax declaration && Returned(declaration) is { } expression && IsPath(expression))
            {
                var model = Models.Of(contracts.Compilation, expression.SyntaxTree);
                return Path(contracts, model, expression);
            }
        }

        return null;
    }

    static ExpressionSyntax? Returned(PropertyDeclarationSyntax declaration)
    {
        if (declaration.ExpressionBody is { } body)
            return body.Expression;
        foreach (var accessor in declaration.AccessorList?.Accessors ?? default)
        {
            if (accessor.Keyword.ValueText != "get")
                continue;
            if (accessor.ExpressionBody is { } arrow)
                return arrow.Expression;
            if (accessor.Body is { Statements.Count: 1 } block && block.Statements[0] is ReturnStatementSyntax { Expression: { } returned })
                return returned;
        }

        return null;
    }

    static bool IsPath(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax or ThisExpressionSyntax or BaseExpressionSyntax => true,
        MemberAccessExpressionSyntax access => IsPath(access.Expression),
        _ => false,
    };

    static Term? Path(ContractSet contracts, SemanticModel model, ExpressionSyntax expression)
    {
        if (expression is ThisExpressionSyntax or BaseExpressionSyntax)
            return Term.This;
        var member = model.GetSymbolInfo(expression).Symbol;
        if (member is not (IFieldSymbol { IsConst: false } or IPropertySymbol { IsIndexer: false }))
            return null;
        if (member.IsStatic)
            return contracts.Path(Term.This, member);
        var owner = expression is MemberAccessExpressionSyntax access ? Path(contracts, model, access.Expression) : Term.This;
        return owner is null ? null : contracts.Path(owner, member);
    }
}
