using Microsoft.CodeAnalysis;

namespace LockCheck.Contracts;

/// <summary>Finds types and members by the names that people call them by.</summary>
internal static class ApiNames
{
    /// <summary>
    /// The symbols that a name may mean, in the project and in what it refers to: a documentation id, or the name of a type or member with as much
    /// of its types and namespaces before it as is wanted, as in <c>Monitor.Enter</c>.
    /// </summary>
    public static IEnumerable<ISymbol> Find(Compilation compilation, string name)
    {
        if (name.Length > 2 && name[1] == ':')
            return DocumentationCommentId.GetSymbolsForDeclarationId(name, compilation);
        name = name.Split('(')[0];
        var last = name[(name.LastIndexOf('.') + 1)..];
        var types = TypesIn(compilation.GlobalNamespace).Where(IsAccessible).ToList();
        var found = types.Where(t => t.Name == last && Ends(t, name)).Cast<ISymbol>().ToList();
        if (found.Count == 0)
            found = [.. types.SelectMany(t => t.GetMembers(last)).Where(m => m is not INamedTypeSymbol && Ends(m, name))];
        // A type of the project speaks for one of that name elsewhere.
        var own = found.Where(s => SymbolEqualityComparer.Default.Equals(s.ContainingAssembly, compilation.Assembly)).ToList();
        return own.Count > 0 ? own : found;

        bool IsAccessible(INamedTypeSymbol type) => SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly) || compilation.IsSymbolAccessibleWithin(type, compilation.Assembly);
    }

    /// <summary>Names that are written almost like one that is not there.</summary>
    public static IReadOnlyList<string> Near(Compilation compilation, string name)
    {
        var last = name[(name.LastIndexOf('.') + 1)..];
        var names = TypesIn(compilation.Assembly.GlobalNamespace).SelectMany(t => t.GetMembers().Where(m => m.CanBeReferencedByName).Select(m => $"{t.Name}.{m.Name}").Append(t.Name)).Distinct();
        return Commands.NearestIds.Find(name.Contains('.', StringComparison.Ordinal) ? name : last, names);
    }

    /// <summary>All types in a namespace or type, those within others included.</summary>
    public static IEnumerable<INamedTypeSymbol> TypesIn(INamespaceOrTypeSymbol container) =>
        container.GetMembers().OfType<INamespaceOrTypeSymbol>().SelectMany(m => m is INamedTypeSymbol type ? TypesIn(m).Prepend(type) : TypesIn(m));

    static bool Ends(ISymbol symbol, string name)
    {
        var parts = name.Split('.');
        var at = symbol;
        for (var i = parts.Length - 1; i >= 0; i--, at = at.ContainingSymbol)
        {
            if (at is null or INamespaceSymbol { IsGlobalNamespace: true } || at.Name != parts[i])
                return false;
        }
        return true;
    }
}
