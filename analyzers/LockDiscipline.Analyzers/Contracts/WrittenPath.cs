using System.Text;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Writes a path as a lock expression for an attribute on a member.</summary>
internal static class WrittenPath
{
    static readonly SymbolDisplayFormat s_type = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes);
    static readonly SymbolDisplayFormat s_full = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>The expression that an attribute on <paramref name="target"/> binds to <paramref name="path"/>; null where there is none.</summary>
    /// <param name="contracts">The contracts of the compilation.</param>
    /// <param name="target">The method or accessor that is to carry the attribute.</param>
    /// <param name="path">The lock.</param>
    /// <param name="seen">How the lock reads in the member's code, which is tried first.</param>
    public static string? Of(ContractSet contracts, IMethodSymbol target, Term path, string seen)
    {
        foreach (var format in new[] { null, s_type, s_full })
        {
            var text = format is null ? seen : Write(path, target, format);
            if (text is null)
                return null;
            if (Means(text))
                return text;
            // A parameter of the same name stands before the member.
            if (format is not null && path.Root.Kind == TermKind.This && Means("this." + text))
                return "this." + text;
        }

        return null;

        bool Means(string text) => text.Length > 0 && path.Equals(contracts.Paths.Bind(text, target).Path);
    }

    static string? Write(Term path, IMethodSymbol target, SymbolDisplayFormat types)
    {
        var text = new StringBuilder();
        return Write(text, path, target, types) ? text.ToString() : null;
    }

    static bool Write(StringBuilder text, Term path, IMethodSymbol target, SymbolDisplayFormat types)
    {
        switch (path.Kind)
        {
            case TermKind.This:
                text.Append("this");
                return true;
            case TermKind.Parameter when SymbolEqualityComparer.Default.Equals(path.Symbol!.ContainingSymbol, target):
                text.Append(path.Symbol.Name);
                return true;
            case TermKind.Static when path.Symbol is { ContainingType: { } type } member:
                if (!SymbolEqualityComparer.Default.Equals(type, target.ContainingType))
                    text.Append(type.ToDisplayString(types)).Append('.');
                text.Append(member.Name);
                return true;
            case TermKind.Member when (path.Symbol?.Name ?? path.Value as string) is { } name:
                if (path.Left!.Kind != TermKind.This)
                {
                    if (!Write(text, path.Left, target, types))
                        return false;
                    text.Append('.');
                }

                text.Append(name);
                return true;
            case TermKind.Element when path.Right is { } key && Write(text, path.Left!, target, types):
                text.Append('[');
                if (key is { IsConstant: true, Value: long index })
                    text.Append(index);
                else if (!Write(text, key, target, types))
                    return false;
                text.Append(']');
                return true;
            default:
                return false;
        }
    }
}
