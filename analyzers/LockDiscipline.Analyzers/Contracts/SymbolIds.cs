using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Names for members and types that mean the same ones in the next compilation. Lives with its compilation; thread-safe.</summary>
internal sealed class SymbolIds(Compilation compilation)
{
    readonly ConcurrentDictionary<ISymbol, string?> _ids = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<string, ISymbol?> _symbols = new(System.StringComparer.Ordinal);

    /// <summary>The id of a definition; null where it does not lead back to it alone.</summary>
    public string? Of(ISymbol symbol)
    {
        if (_ids.TryGetValue(symbol, out var known))
            return known;
        var id = symbol is IMethodSymbol { PartialDefinitionPart: not null } or IMethodSymbol { PartialImplementationPart: not null } ? null : DocumentationCommentId.CreateDeclarationId(symbol);
        return _ids.GetOrAdd(symbol, id is not null && SymbolEqualityComparer.Default.Equals(By(id), symbol) ? id : null);
    }

    /// <summary>The member or type of that id.</summary>
    public ISymbol? By(string id) =>
        _symbols.TryGetValue(id, out var known) ? known : _symbols.GetOrAdd(id, DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation));
}
