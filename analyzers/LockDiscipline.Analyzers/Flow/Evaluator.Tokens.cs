using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// The value that an acquire returned belongs to its own release.
internal sealed partial class Evaluator
{
    void TakeToken(IOperation site, IMethodSymbol callee, MemberContract contract, CallBinding binding, Term value)
    {
        foreach (var clause in contract.Acquires)
            _state = _state.Add(new Mark(MarkKind.Token, "", value, Locked(site, clause, callee, binding).Path, site));
    }

    /// <summary>A token comes back with a release, which is about to happen.</summary>
    void ReturnToken(IOperation site, IMethodSymbol callee, MemberContract contract, CallBinding binding)
    {
        foreach (var argument in binding.Arguments)
        {
            if (Contracts.Of(argument.Parameter).Protocol is not { IsToken: true } || contract.Releases.IsEmpty)
                continue;
            GiveToken(site, argument.Term, Locked(site, contract.Releases[0], callee, binding).Path, argument.Value.Syntax.ToString());
        }
    }

    // Kept somewhere, in a collection for instance, and fetched from there: it may well be the right one.
    bool IsUnknown(Term token) => token.Kind switch
    {
        TermKind.Element => true,
        TermKind.Site when token.Value is IInvocationOperation { TargetMethod: { } callee } => callee.DeclaringSyntaxReferences.IsEmpty && Contracts.Of(callee.OriginalDefinition).Protocol is not { IsToken: true },
        TermKind.Site => token.Value is IPropertyReferenceOperation,
        _ => false,
    };

    /// <summary>The value goes to a release of the lock.</summary>
    void GiveToken(IOperation site, Term token, Term path, string text)
    {
        Mark? own = null, given = null, waiting = null;
        foreach (var mark in _state.Marks)
        {
            if (mark.Kind != MarkKind.Token)
                continue;
            bool isGiven = token.Equals(mark.Value);
            bool isOfLock = path.Equals(mark.Under);
            if (isGiven && isOfLock)
                own = mark;
            else if (isGiven)
                given = mark;
            else if (isOfLock)
                waiting = mark;
        }

        // Where no acquire of this lock is in sight, the token is the caller's affair.
        if (own is null && (given is not null || (waiting is not null && !IsUnknown(token)) || token.IsConstant))
            Observer?.Broken(new Breach(BreachKind.WrongToken, site, "", given ?? waiting, text), _state);
        else if (own is null && !_body.IsVisible && token.Kind == TermKind.Parameter && path.IsRooted)
            _state = _state.Add(new Mark(MarkKind.TokenGiven, "", token, path, site));
        if ((own ?? waiting) is { } spent)
            _state = _state.Remove(spent);
    }
}
