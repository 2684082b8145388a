using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Reads what a <see cref="Packer"/> wrote in the terms of the present compilation.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class Unpacker(FlowHost host, object?[] items)
{
    int _next;

    /// <summary>Something that was written of is not there any more: what was read is of no use.</summary>
    public bool HasFailed { get; private set; }

    public T Plain<T>() => (T)items[_next++]!;

    public delegate T Read<T>();

    public ImmutableArray<T> All<T>(Read<T> read)
    {
        int length = Plain<int>();
        if (length == 0)
            return ImmutableArray<T>.Empty;
        var all = ImmutableArray.CreateBuilder<T>(length);
        for (int i = 0; i < length; i++)
            all.Add(read());
        return all.MoveToImmutable();
    }

    public ISymbol? Symbol()
    {
        int parameter = Plain<int>();
        var symbol = host.Cache.Symbols.By(Plain<string>());
        if (parameter >= 0)
        {
            var parameters = symbol is IMethodSymbol method ? method.Parameters : symbol is IPropertySymbol property ? property.Parameters : ImmutableArray<IParameterSymbol>.Empty;
            symbol = parameter < parameters.Length ? parameters[parameter] : null;
        }

        HasFailed |= symbol is null;
        return symbol;
    }

    public Term Term() => TermOrNone() ?? Contracts.Term.Null;

    public Term? TermOrNone()
    {
        var kind = Plain<TermKind?>();
        switch (kind)
        {
            case null:
                return null;
            case TermKind.This:
                return Contracts.Term.This;
            case TermKind.Return:
                return Contracts.Term.Return;
            case TermKind.Constant:
                return Contracts.Term.Constant(Plain<object?>());
            case TermKind.Parameter:
                return Symbol() is { } parameter ? Contracts.Term.Parameter(parameter) : null;
            case TermKind.Static:
                return Symbol() is { } field ? Contracts.Term.Static(field) : null;
            case TermKind.Member:
                var owner = Term();
                if (Plain<string?>() is { } name)
                    return Contracts.Term.OpaqueMember(owner, name);
                return Symbol() is { } member ? Contracts.Term.Member(owner, member) : null;
            case TermKind.Element:
                return Contracts.Term.Element(Term(), Term());
            default:
                return Operation(Term(), Term());
        }
    }

    Term Operation(Term left, Term right)
    {
        switch (Plain<object?>())
        {
            case TermOperator.Equal when !right.IsConstant:
                // Which one comes first is for this compilation to say.
                return ConditionTerms.Equal(left, right);
            case TermOperator op:
                return Contracts.Term.Operation(op, left, right);
            case null:
                return Contracts.Term.Operation(TermOperator.Other, left, right, Symbol());
            case var detail:
                return Contracts.Term.Operation(TermOperator.Other, left, right, detail);
        }
    }

    public Premise Premise() => new(All(() => (Term(), Plain<bool>())));

    public LockTraits Traits() => new(Plain<string>(), Plain<bool>(), Plain<bool?>(), Plain<bool>()) { IsPresumed = Plain<bool>() };

    public Taken Taken() => new(Term(), Plain<LockMode>(), Traits(), Plain<string>(), Premise());

    public Hold Hold()
    {
        var (path, mode, depth, source, certainty) = (Term(), Plain<LockMode>(), Plain<int>(), Plain<HoldSource>(), Plain<Certainty>());
        var scope = Plain<bool>() ? Contracts.Term.Return : null;
        return new Hold(path, mode, depth, source, certainty, null, scope, Plain<string>(), Traits()) { IsAll = Plain<bool>() };
    }

    public Location Place()
    {
        var location = Plain<KeptPlace>().Revive(host);
        HasFailed |= location is null;
        return location ?? Location.None;
    }
}
