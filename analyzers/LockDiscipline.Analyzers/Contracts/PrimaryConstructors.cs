using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Constructors that are written as the parameters of their type; members of the type use these like fields.</summary>
internal static class PrimaryConstructors
{
    public static bool Is(IMethodSymbol method)
    {
        if (method.MethodKind != MethodKind.Constructor)
            return false;
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is TypeDeclarationSyntax)
                return true;
        }

        return false;
    }
}
