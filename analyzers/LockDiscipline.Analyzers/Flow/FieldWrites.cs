using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Says whether a field gets another value once its object is made. Asked of fields that are locks, of which there are few.</summary>
internal static class FieldWrites
{
    /// <summary>Whether code of this compilation assigns the field outside of the constructors of its type, or passes it by reference.</summary>
    public static bool IsReassigned(FlowHost host, IFieldSymbol field)
    {
        field = field.OriginalDefinition;
        return host.Cache.Reassigned.TryGetValue(field, out bool known) ? known : host.Cache.Reassigned.GetOrAdd(field, Search(host, field));
    }

    static bool Search(FlowHost host, IFieldSymbol field)
    {
        foreach (var (tree, span) in host.Cache.Names.Mentioning(field.Name))
        {
            foreach (var node in tree.GetRoot(host.Cancel).DescendantNodes(span, node => node.Span.IntersectsWith(span)))
            {
                if (node is IdentifierNameSyntax name && name.Identifier.ValueText == field.Name && span.Contains(name.Span) && IsWritten(name) && !IsInConstructor(name, field)
                    && SymbolEqualityComparer.Default.Equals(host.Cache.Model(tree).GetSymbolInfo(name, host.Cancel).Symbol?.OriginalDefinition, field))
                {
                    return true;
                }
            }
        }

        return false;
    }

    static bool IsWritten(IdentifierNameSyntax name)
    {
        ExpressionSyntax place = name;
        while (place.Parent is MemberAccessExpressionSyntax access && access.Name == place)
            place = access;
        return place.Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left == place && assignment.Parent is not InitializerExpressionSyntax,
            ArgumentSyntax argument => argument.RefOrOutKeyword.IsKind(SyntaxKind.RefKeyword) || argument.RefOrOutKeyword.IsKind(SyntaxKind.OutKeyword)
                || argument.Parent is TupleExpressionSyntax { Parent: AssignmentExpressionSyntax tuple } && tuple.Left == argument.Parent,
            RefExpressionSyntax => true,
            _ => false,
        };
    }

    static bool IsInConstructor(IdentifierNameSyntax name, IFieldSymbol field)
    {
        for (SyntaxNode? node = name; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax:
                    return false;
                case ConstructorDeclarationSyntax constructor:
                    return constructor.Identifier.ValueText == field.ContainingType.Name && constructor.Modifiers.Any(SyntaxKind.StaticKeyword) == field.IsStatic;
            }
        }

        return false;
    }
}
