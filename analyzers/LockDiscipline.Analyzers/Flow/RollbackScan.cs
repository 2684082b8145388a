using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// Says whether a body may put former values back: it assigns two members or more, and one of them gets a variable that was assigned from it, is
/// counted up here and down there, or is set in one place and cleared in another. In other bodies nobody asks what was published.
/// </summary>
internal sealed class RollbackScan
{
    readonly HashSet<ISymbol> _members = new(SymbolEqualityComparer.Default);
    List<(ISymbol Variable, ISymbol Member)>? _saved;
    List<(ISymbol Variable, ISymbol Member)>? _putBack;
    HashSet<ISymbol>? _up, _down, _cleared, _set;
    bool _copiesBack;

    /// <summary>Whether former values may be put back, by what was seen.</summary>
    public bool MayPutBack => _members.Count > 1 && (_copiesBack || IsPutBack() || Meet(_up, _down) || Meet(_cleared, _set));

    /// <summary>Takes an assignment in.</summary>
    public void See(IAssignmentOperation assignment)
    {
        var target = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : assignment.Target;
        var value = assignment.Value;
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        if (target is ILocalReferenceOperation local)
        {
            if (MemberOf(value) is { } source)
                (_saved ??= new()).Add((local.Local, source));
            return;
        }

        if (target is ITupleOperation)
        {
            _copiesBack = true;
            return;
        }

        if (MemberOf(target) is not { } member)
            return;
        _members.Add(member);
        if (assignment is ICompoundAssignmentOperation compound)
            Count(member, compound.OperatorKind == BinaryOperatorKind.Add, compound.OperatorKind == BinaryOperatorKind.Subtract);
        else if (value is ILocalReferenceOperation back)
            (_putBack ??= new()).Add((back.Local, member));
        else if (value is IMemberReferenceOperation { Instance: ILocalReferenceOperation } copy && SymbolEqualityComparer.Default.Equals(copy.Member, member))
            _copiesBack = true;
        else
            ((value.ConstantValue.HasValue || value is IDefaultValueOperation ? ref _cleared : ref _set) ??= new(SymbolEqualityComparer.Default)).Add(member);
        if (value is ILocalReferenceOperation)
            (_set ??= new(SymbolEqualityComparer.Default)).Add(member);
    }

    /// <summary>Takes a step up or down in.</summary>
    public void See(IIncrementOrDecrementOperation step)
    {
        if (MemberOf(step.Target) is not { } member)
            return;
        _members.Add(member);
        Count(member, step.Kind == OperationKind.Increment, step.Kind == OperationKind.Decrement);
    }

    /// <summary>The member that a place is, or is a part of; null for a variable.</summary>
    static ISymbol? MemberOf(IOperation? place) => place switch
    {
        IPropertyReferenceOperation { Property.IsIndexer: true } indexer => MemberOf(indexer.Instance),
        IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } reference => reference.Member,
        IArrayElementReferenceOperation element => MemberOf(element.ArrayReference),
        _ => null,
    };

    void Count(ISymbol member, bool up, bool down)
    {
        if (up)
            (_up ??= new(SymbolEqualityComparer.Default)).Add(member);
        if (down)
            (_down ??= new(SymbolEqualityComparer.Default)).Add(member);
    }

    bool IsPutBack()
    {
        if (_saved is null || _putBack is null)
            return false;
        foreach (var (variable, member) in _putBack)
        {
            foreach (var saved in _saved)
            {
                if (SymbolEqualityComparer.Default.Equals(saved.Variable, variable) && SymbolEqualityComparer.Default.Equals(saved.Member, member))
                    return true;
            }
        }

        return false;
    }

    static bool Meet(HashSet<ISymbol>? one, HashSet<ISymbol>? other) => one is not null && other is not null && one.Overlaps(other);
}
