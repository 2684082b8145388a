using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

// Collections that have the elements of other ones: copies, and the keys and values of a dictionary's pairs. Whichever a loop goes over, it meets the same objects.
internal sealed partial class Evaluator
{
    const int MaxViews = 4;
    const int MaxListed = 6;

    static readonly Term ElementsFrom = Term.Constant("elements of");
    static readonly Term Listed = Term.Constant("listed");

    /// <summary>What a call returned has the elements of something that it was given.</summary>
    void NoteElements(MemberContract contract, CallBinding binding, Term result)
    {
        if (contract is { ElementsOf: { } of, ElementPart: null } && !_ended && binding.Follow(_state, of.Path) is { } source && !source.Equals(result))
            _state = _state.Write(Term.Element(result, ElementsFrom), source);
    }

    /// <summary>An array of a few objects that are named one by one: another one of the same objects has the same elements.</summary>
    Term VisitListed(IOperation array, ImmutableArray<IOperation> listed)
    {
        var all = Listed;
        bool isKnown = true;
        var elements = new Term[listed.Length];
        for (int i = 0; i < elements.Length; i++)
        {
            var element = elements[i] = Used(listed[i]);
            PutAway(element);
            isKnown &= element is { IsRooted: true, IsConstant: false };
            all = Term.Element(all, element);
        }

        var made = Mint(array);
        for (int i = 0; i < elements.Length; i++)
        {
            // Whatever order the array is brought into, such an element is one that nobody else knows; of others, the place says nothing.
            if (elements[i].Kind == TermKind.Fresh)
                _state = _state.Write(Term.Element(made, Term.Constant(i)), elements[i]);
        }

        if (isKnown && listed.Length > 0)
            _state = _state.Write(Term.Element(made, ElementsFrom), all);
        return made;
    }

    /// <summary>An element of a collection, by the collection that it comes from.</summary>
    Term ElementOf(Term collection, Term key, int views = 0)
    {
        if (views == MaxViews)
            return Term.Element(collection, key);
        if (_state.Store.TryGet(Term.Element(collection, ElementsFrom), out var source))
            return ElementOf(source, key, views + 1);
        if (collection is { Kind: TermKind.Member, Symbol: IPropertySymbol view } && Contracts.Of(view) is { ElementsOf.Path.Kind: TermKind.This, ElementPart: { } part } && PartOf(view, part) is { } member)
            return Contracts.Path(ElementOf(collection.Left!, key, views + 1), member);
        return Term.Element(collection, key);
    }

    /// <summary>What a dictionary has under the key of one of its own pairs: the value of that pair. Null for any other key.</summary>
    Term? ValueAt(IPropertySymbol indexer, Term owner, Term key)
    {
        if (key is not { Kind: TermKind.Member, Symbol: { } keyMember, Left: { Kind: TermKind.Element } pair } || !owner.Equals(pair.Left) || indexer.Parameters.Length != 1)
            return null;
        var definition = indexer.OriginalDefinition;
        bool isKey = false;
        ISymbol? value = null;
        foreach (var member in definition.ContainingType.GetMembers())
        {
            if (member is not IPropertySymbol view || Contracts.Of(view) is not { ElementsOf.Path.Kind: TermKind.This, ElementPart: { } part } || PartOf(view, part) is not { } of)
                continue;
            if (SymbolEqualityComparer.Default.Equals(TypeOf(of), definition.Parameters[0].Type))
                isKey |= of.Name == keyMember.Name;
            else if (SymbolEqualityComparer.Default.Equals(TypeOf(of), definition.Type))
                value = of;
        }

        return isKey && value is not null ? Contracts.Path(pair, value) : null;

        static ITypeSymbol? TypeOf(ISymbol member) => (member as IPropertySymbol)?.Type ?? (member as IFieldSymbol)?.Type;
    }

    // The member of that name of what the owner of the view contains.
    static ISymbol? PartOf(IPropertySymbol view, string part)
    {
        foreach (var contract in view.ContainingType.AllInterfaces)
        {
            if (contract.OriginalDefinition.SpecialType != SpecialType.System_Collections_Generic_IEnumerable_T)
                continue;
            foreach (var member in contract.TypeArguments[0].GetMembers(part))
            {
                if (member is IPropertySymbol or IFieldSymbol)
                    return member;
            }
        }

        return null;
    }
}
