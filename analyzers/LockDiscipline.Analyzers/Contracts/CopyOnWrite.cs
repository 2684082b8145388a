using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Tells arrays that are never changed in place, only replaced: whoever has read the reference has a snapshot.</summary>
internal static class CopyOnWrite
{
    const int MaxDepth = 3;

    /// <summary>Whether a field of array type can be reached by its own type only, and is only ever assigned as a whole there.</summary>
    public static bool Is(Compilation compilation, ISymbol member) =>
        member is IFieldSymbol { Type: IArrayTypeSymbol, DeclaredAccessibility: Accessibility.Private } field
        && !IsChangedIn(compilation, field.ContainingType, field.Name, 0);

    static bool IsChangedIn(Compilation compilation, ISymbol holder, string name, int depth)
    {
        foreach (var reference in holder.DeclaringSyntaxReferences)
        {
            if (IsChangedIn(compilation, reference.GetSyntax(), name, depth))
                return true;
        }

        return false;
    }

    static bool IsChangedIn(Compilation compilation, SyntaxNode code, string name, int depth)
    {
        foreach (var node in code.DescendantNodes())
        {
            if (node is IdentifierNameSyntax found && found.Identifier.ValueText == name && IsChanged(compilation, found, depth))
                return true;
        }

        return false;
    }

    // By another name, in the same member.
    static bool IsChangedAs(Compilation compilation, SyntaxNode copy, string name, int depth) =>
        depth <= MaxDepth && copy.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member && member is not BaseTypeDeclarationSyntax && IsChangedIn(compilation, member, name, depth + 1);

    static bool IsChanged(Compilation compilation, IdentifierNameSyntax name, int depth)
    {
        ExpressionSyntax whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        return whole.Parent switch
        {
            ArgumentSyntax argument => MayBeChangedBy(compilation, argument, depth),
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => IsChangedAs(compilation, variable, variable.Identifier.ValueText, depth),
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax target, Right: var right } when right == whole => IsChangedAs(compilation, target, target.Identifier.ValueText, depth),
            ElementAccessExpressionSyntax element when element.Expression == whole =>
                (element.Parent is AssignmentExpressionSyntax assignment && assignment.Left == element)
                || element.Parent is PrefixUnaryExpressionSyntax or PostfixUnaryExpressionSyntax or RefExpressionSyntax
                || (element.Parent is ArgumentSyntax passed && !passed.RefKindKeyword.IsKind(SyntaxKind.None)),
            _ => false,
        };
    }

    // Code at hand is looked at; of other code, what returns nothing is there for what it does to its arguments.
    static bool MayBeChangedBy(Compilation compilation, ArgumentSyntax argument, int depth)
    {
        if (argument.Parent?.Parent is not InvocationExpressionSyntax call || depth > MaxDepth
            || Models.Of(compilation, argument.SyntaxTree).GetSymbolInfo(call).Symbol is not IMethodSymbol callee)
        {
            return true;
        }

        if (callee.DeclaringSyntaxReferences.IsEmpty)
            return callee.ReturnsVoid;
        foreach (var parameter in callee.Parameters)
        {
            if (parameter.Type is IArrayTypeSymbol or INamedTypeSymbol { IsRefLikeType: true } && IsChangedIn(compilation, callee, parameter.Name, depth + 1))
                return true;
        }

        return false;
    }
}
