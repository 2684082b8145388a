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
            if (Value(reference.GetSyntax()) is DefaultExpressionSyntax or LiteralExpressionSyntax { Token.ValueText: "default" } or BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null })
                return true;
        }

        return false;
    }

    static ExpressionSyntax? Value(SyntaxNode declaration) => declaration switch
    {
        PropertyDeclarationSyntax { ExpressionBody: { } body } => body.Expression,
        PropertyDeclarationSyntax { Initializer: { } initializer } => initializer.Value,
        VariableDeclaratorSyntax { Initializer: { } initializer } => initializer.Value,
        _ => null,
    };
}
