using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Tells objects that each thread has for itself.</summary>
internal static class ThreadOwned
{
    /// <summary>Whether a path leads through a static field of which every thread has its own, or a member that says so of what it returns.</summary>
    public static bool Is(ContractSet contracts, Term path)
    {
        for (Term? part = path; part is { Kind: TermKind.Member or TermKind.Element or TermKind.Static }; part = part.Left)
        {
            if (part.Symbol is IFieldSymbol { IsStatic: true } field && IsThreadStatic(field))
                return true;
            if (part.Symbol is IPropertySymbol property && contracts.Of(property).ReturnsNew)
                return true;
        }

        return false;
    }

    static bool IsThreadStatic(IFieldSymbol field)
    {
        foreach (var attribute in field.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "ThreadStaticAttribute", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
                return true;
        }

        return false;
    }
}
