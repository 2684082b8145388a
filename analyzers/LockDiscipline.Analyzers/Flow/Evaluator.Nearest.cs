using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// A look-up may answer with the nearest match: it is a hit only after a test against the address asked for, and only for that address.
internal sealed partial class Evaluator
{
    void MarkNearest(IOperation site, string parameter, Term value, CallBinding binding)
    {
        foreach (var argument in binding.Arguments)
        {
            if (argument.Parameter.Name != parameter || value.IsConstant)
                continue;
            // The variable that holds the address, so that moving it is noticed.
            var address = argument.Value;
            while (address is IConversionOperation conversion)
                address = conversion.Operand;
            var under = IsVariable(address) ? Locate(address, Access.Read) : argument.Term;
            _state = _state.Add(new Mark(MarkKind.Nearest, "", value, under, site));
        }
    }

    /// <summary>A member of the match that was read before is compared.</summary>
    void TestNearest(Term left, Term right)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Nearest && (left.Mentions(mark.Value!) || right.Mentions(mark.Value!)))
                Tested(mark);
        }
    }

    void TestNearest(CallBinding binding)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.Nearest)
                continue;
            bool isAbout = binding.Receiver is { } receiver && Concerns(receiver, mark.Value!);
            bool isOther = false;
            foreach (var argument in binding.Arguments)
            {
                isAbout |= Concerns(argument.Term, mark.Value!);
                isOther |= IsOtherAddress(argument, mark.Under);
            }

            if (isAbout && !isOther)
                Tested(mark);
        }
    }

    // Another parameter of the body than the one that it was looked up by. What is computed may come to the same.
    bool IsOtherAddress(BoundArgument tested, Term? address) =>
        address is not null && _state.Read(address) is { Kind: TermKind.Parameter, Symbol: IParameterSymbol asked } value
        && tested.Term is { Kind: TermKind.Parameter, Symbol: IParameterSymbol other } && !tested.Term.Equals(value)
        && SymbolEqualityComparer.Default.Equals(asked.Type, other.Type) && Conditions.Truth(_state, ConditionTerms.Equal(value, tested.Term)) != true;

    void Tested(Mark mark) => _state = _state with { Marks = _state.Marks.Replace(mark, mark with { Kind = MarkKind.Contained }) };

    /// <summary>The address has moved: what was tested for the old one is a nearest match again.</summary>
    void MoveAddress(Term location)
    {
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind == MarkKind.Contained && location.Equals(mark.Under))
                _state = _state with { Marks = _state.Marks.Replace(mark, mark with { Kind = MarkKind.Nearest }) };
        }
    }

    // A member of the match goes into a comparison, or the match to its own test: that wants a match that is not null.
    bool IsTestOf(IOperation operation, Term value)
    {
        if (Conditions.Truth(_state, ConditionTerms.IsNull(value)) != false)
            return false;
        return NearestTests.IsCompared(_host, operation);
    }

    /// <summary>The match is handed to a helper that does nothing but test it.</summary>
    bool IsTestedBy(IMethodSymbol? callee, IParameterSymbol parameter, Term value)
    {
        if (callee is null || Conditions.Truth(_state, ConditionTerms.IsNull(value)) == true)
            return false;
        bool mayBeNull = Conditions.Truth(_state, ConditionTerms.IsNull(value)) is null;
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.Nearest || !value.Equals(mark.Value) || !NearestTests.IsTest(_host, callee, _body, parameter.OriginalDefinition, mayBeNull))
                continue;
            Tested(mark);
            return true;
        }

        return false;
    }
}
