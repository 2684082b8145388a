using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>Finds variables by name, where only code of one function is looked at.</summary>
internal static class VariableUse
{
    /// <summary>Whether the code reads the variable of that name.</summary>
    public static bool Mentions(SyntaxNode code, string name)
    {
        foreach (var node in code.DescendantNodesAndSelf())
        {
            if (node is IdentifierNameSyntax identifier && identifier.Identifier.Text == name
                && !(identifier.Parent is MemberAccessExpressionSyntax access && access.Name == identifier))
            {
                return true;
            }
        }

        return false;
    }
}
