using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Tells the static member that stands for success from those that stand for errors, for result types that are no enums.</summary>
internal static class SuccessValue
{
    /// <summary>Whether the member carries <c>[SuccessTest]</c> without being a test, or gives the default value of a type that must be checked.</summary>
    public static bool Is(ContractSet contracts, ISymbol member)
    {
        var type = member switch
        {
            IFieldSymbol { IsConst: false } field => field.Type,
            IPropertySymbol { IsIndexer: false } property => property.Type,
            _ => null,
        };
        if (type is null or { SpecialType: SpecialType.System_Boolean })
            return false;
        if (contracts.Of(member).TestsError == false)
            return true;
        if (!type.IsValueType || type is INamedTypeSymbol { IsGenericType: true } || !contracts.MustCheck(type) || !SymbolEqualityComparer.Default.Equals(type, member.ContainingType))
            return false;
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            if (IsDefault(Value(reference.GetSyntax())))
                return true;
        }

        return false;
    }

    // `default`, and what is made of nothing but zeros.
    static bool IsDefault(ExpressionSyntax? value)
    {
        switch (value)
        {
            case DefaultExpressionSyntax or LiteralExpressionSyntax { Token.ValueText: "default" or "0" or "null" }:
                return true;
            case BaseObjectCreationExpressionSyntax { Initializer: null } creation:
                foreach (var argument in creation.ArgumentList?.Arguments ?? default)
                {
                    if (argument.RefKindKeyword.RawKind != 0 || !IsDefault(argument.Expression))
                        return false;
                }

                return true;
            default:
                return false;
        }
    }

    static ExpressionSyntax? Value(SyntaxNode declaration) => declaration switch
    {
        PropertyDeclarationSyntax { ExpressionBody: { } body } => body.Expression,
        PropertyDeclarationSyntax { Initializer: { } initializer } => initializer.Value,
        VariableDeclaratorSyntax { Initializer: { } initializer } => initializer.Value,
        _ => null,
    };
}
