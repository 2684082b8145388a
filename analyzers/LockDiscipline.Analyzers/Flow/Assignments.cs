using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Says whether a method may assign a member. Asked for the few members that a contract wants assigned.</summary>
internal static class Assignments
{
    const int Levels = 4;

    /// <summary>Whether the method, or what it calls, has an assignment to a member of this name; true where its code is not at hand.</summary>
    public static bool MayAssign(FlowHost host, IMethodSymbol callee, ISymbol member) => MayAssign(host, callee.OriginalDefinition, member, Levels);

    static bool MayAssign(FlowHost host, IMethodSymbol callee, ISymbol member, int levels)
    {
        if (callee.IsImplicitlyDeclared || callee.AssociatedSymbol is IPropertySymbol or IEventSymbol && callee.MethodKind is MethodKind.PropertyGet)
            return callee.IsImplicitlyDeclared && callee.ContainingType.IsRecord && callee.MethodKind == MethodKind.Constructor;
        if (levels == 0 || SymbolEqualityComparer.Default.Equals(callee.AssociatedSymbol, member))
            return true;
        var contract = host.Contracts.Of(callee);
        if (contract.ReadsOnly || host.Contracts.IsFramework(callee) || IsPlainSetter(callee))
            return false;
        if (callee.IsAbstract || callee.IsVirtual || callee.IsOverride || callee.DeclaringSyntaxReferences.IsEmpty)
            return true;
        host.Rests.OnCode(callee);
        foreach (var reference in callee.DeclaringSyntaxReferences)
        {
            var declaration = reference.GetSyntax(host.Cancel);
            if (HasPrimaryParameter(declaration, member) || MayAssignIn(host, declaration, member, levels))
                return true;
        }

        return false;
    }

    // Of an assembly without source, the compiler marks the setters that do nothing but set.
    static bool IsPlainSetter(IMethodSymbol callee)
    {
        if (callee.MethodKind != MethodKind.PropertySet || !callee.DeclaringSyntaxReferences.IsEmpty || callee.IsVirtual || callee.IsOverride || callee.IsAbstract)
            return false;
        foreach (var attribute in callee.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "CompilerGeneratedAttribute", ContainingNamespace.Name: "CompilerServices" })
                return true;
        }

        return false;
    }

    static bool HasPrimaryParameter(SyntaxNode declaration, ISymbol member)
    {
        if (declaration is not TypeDeclarationSyntax { ParameterList: { } parameters })
            return false;
        foreach (var parameter in parameters.Parameters)
        {
            if (parameter.Identifier.ValueText == member.Name)
                return true;
        }

        return false;
    }

    static bool MayAssignIn(FlowHost host, SyntaxNode declaration, ISymbol member, int levels)
    {
        foreach (var node in declaration.DescendantNodes())
        {
            switch (node)
            {
                case AssignmentExpressionSyntax assignment when Names(assignment.Left, member):
                case PostfixUnaryExpressionSyntax { Operand: { } counted } when Names(counted, member):
                case ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: { } passed } when Names(passed, member):
                    return true;
                case InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax
                    when host.Cache.Model(node.SyntaxTree).GetSymbolInfo(node, host.Cancel).Symbol is IMethodSymbol inner && MayAssign(host, inner.OriginalDefinition, member, levels - 1):
                    return true;
            }
        }

        return false;
    }

    static bool Names(ExpressionSyntax place, ISymbol member) => place switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText == member.Name,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText == member.Name,
        TupleExpressionSyntax tuple => NamesAny(tuple, member),
        _ => false,
    };

    static bool NamesAny(TupleExpressionSyntax tuple, ISymbol member)
    {
        foreach (var element in tuple.Arguments)
        {
            if (Names(element.Expression, member))
                return true;
        }

        return false;
    }
}
