using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Says whether a lock is somebody else's, whom it was given by. Asked only before a finding.</summary>
/// <remarks>
/// A field that gets its value from what the constructor is given, and from nowhere else, is another name for an object that whoever makes this one locks
/// as well. Which lock that is, and what its holders call, cannot be told here. Of a type that is a lock by its contract, or by the framework's, more is said.
/// </remarks>
internal static class GivenLocks
{
    public static bool Is(FlowHost host, Term path)
    {
        if (path is not { Kind: TermKind.Member, Symbol: IFieldSymbol { IsStatic: false, OriginalDefinition: { } field } } || field.DeclaringSyntaxReferences.IsEmpty || host.Contracts.Traits(field.Type) is not null || !SymbolEqualityComparer.Default.Equals(field.ContainingAssembly, host.Contracts.Compilation.Assembly))
            return false;
        host.Rests.OnCodeOf(field.ContainingType);
        bool isGiven = false;
        foreach (var reference in field.ContainingType.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(host.Cancel) is not TypeDeclarationSyntax type)
                return false;
            foreach (var member in type.Members)
            {
                if (member is FieldDeclarationSyntax fields)
                {
                    foreach (var variable in fields.Declaration.Variables)
                    {
                        if (variable.Identifier.ValueText == field.Name && variable.Initializer is { Value: var value } && !Give(type.ParameterList, value, ref isGiven))
                            return false;
                    }
                }

                foreach (var node in member is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax ? member.DescendantNodes() : System.Array.Empty<SyntaxNode>())
                {
                    if (node is AssignmentExpressionSyntax assignment && NameOf(assignment.Left) == field.Name && !Give((member as ConstructorDeclarationSyntax)?.ParameterList, assignment.Right, ref isGiven))
                        return false;
                }
            }
        }

        return isGiven;
    }

    static bool Give(ParameterListSyntax? parameters, ExpressionSyntax value, ref bool isGiven)
    {
        if (value is BinaryExpressionSyntax { Right: ThrowExpressionSyntax } checkedFirst)
            value = checkedFirst.Left;
        if (parameters is null || value is not IdentifierNameSyntax given)
            return false;
        foreach (var parameter in parameters.Parameters)
        {
            if (parameter.Identifier.ValueText == given.Identifier.ValueText)
                return isGiven = true;
        }

        return false;
    }

    static string? NameOf(ExpressionSyntax place) => place switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: { } name } => name.Identifier.ValueText,
        _ => null,
    };
}
