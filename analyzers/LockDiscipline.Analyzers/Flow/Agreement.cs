using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Whether the callers of a helper agree on a lock; of several, the greatest counts.</summary>
internal enum Accord : byte
{
    /// <summary>They are helpers that call each other, and nothing else.</summary>
    None,

    /// <summary>All of them do.</summary>
    Held,

    /// <summary>One does not, or that cannot be told.</summary>
    Broken,
}

/// <summary>What is asked of all callers of a helper: whether they hold a lock where they call it or, of one that it takes for them, whether they let it go.</summary>
internal readonly record struct AccordQuestion(ISymbol Method, Term Lock, LockMode Mode, bool IsTaken);

/// <summary>Asks all callers of a helper whether they agree with what it does to their locks: that can be stated.</summary>
/// <remarks>Where <see cref="Callers"/> is content with one caller that holds a lock, here one that does not, or that gives the helper away as a delegate, is enough for a no.</remarks>
internal sealed class Agreement(FlowHost host, Callers callers)
{
    /// <summary>Each of them has to be solved, and none of them may disagree.</summary>
    const int MaxCallers = 32;

    readonly OnDemand<AccordQuestion, Accord> _accords = new(
        EqualityComparer<AccordQuestion>.Default, host.Cache.Accords, static (a, b) => a == b, static accord => accord, Accord.Broken);

    /// <summary>Whether every call of <paramref name="method"/> is made with <paramref name="path"/> held, and there is one.</summary>
    public bool AllHold(IMethodSymbol method, Term path, LockMode mode) => Ask(method, path, mode, isTaken: false) == Accord.Held;

    /// <summary>Whether no caller forgets the lock that <paramref name="method"/> leaves held for it, and there is one.</summary>
    public bool AllRelease(IMethodSymbol method, Term path, LockMode mode) => Ask(method, path, mode, isTaken: true) == Accord.Held;

    Accord Ask(IMethodSymbol method, Term path, LockMode mode, bool isTaken)
    {
        method = method.OriginalDefinition;
        var rests = host.Rests.OfCallers(method);
        host.Rests.On(rests);
        return _accords.Make(new AccordQuestion(method, path, mode, isTaken), Accord.None, last =>
        {
            using var search = host.Rests.Begin(rests);
            return Look(method, path, mode, isTaken, last);
        });
    }

    Accord Look(IMethodSymbol method, Term path, LockMode mode, bool isTaken, Accord accord)
    {
        if (CallersOf(method) is not { } declarations)
            return Accord.Broken;
        foreach (var declaration in declarations)
        {
            Witness witness = isTaken ? new Taker(this, method, mode) : new Holder(this, method, path, mode);
            BodyTree.Solve(host, host.Cache.Model(declaration.SyntaxTree), declaration, _ => witness);
            if (witness.Accord > accord)
                accord = witness.Accord;
            if (accord == Accord.Broken)
                break;
        }

        return accord;
    }

    // The members that call it; null where it is given away, or there are too many to ask, or none: who calls it in the end, through reflection perhaps, is not known to agree.
    HashSet<SyntaxNode>? CallersOf(IMethodSymbol method)
    {
        var declarations = new HashSet<SyntaxNode>();
        foreach (var reference in callers.ReferencesTo(method))
        {
            if (!Callers.IsCall(method, reference))
            {
                if (!IsNameOnly(reference))
                    return null;
                continue;
            }

            if (BodySource.Enclosing(reference) is not { } declaration || (declarations.Add(declaration) && declarations.Count > MaxCallers))
                return null;
        }

        return declarations.Count == 0 ? null : declarations;
    }

    // In nameof, or in an attribute.
    static bool IsNameOnly(SyntaxNode reference) =>
        reference.FirstAncestorOrSelf<AttributeSyntax>() is not null
        || reference.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } };

    abstract class Witness(IMethodSymbol method) : FlowObserver
    {
        protected IMethodSymbol Method { get; } = method;

        protected Body? Body { get; private set; }

        public Accord Accord { get; private set; }

        public override void Entered(Body body) => Body = body;

        // A body that is followed in part may hold more or less than was seen.
        public override void Capped(string what) => Accord = Accord.Broken;

        public override void Called(in CallMade call, PathState state)
        {
            if (Accord != Accord.Broken && SymbolEqualityComparer.Default.Equals(call.Callee.OriginalDefinition, Method))
                Note(At(call, state));
        }

        protected abstract Accord At(in CallMade call, PathState state);

        protected void Note(Accord accord)
        {
            if (accord > Accord)
                Accord = accord;
        }

        /// <summary>The body at hand, where its own callers may stand in for it.</summary>
        protected IMethodSymbol? Helper => Body is { IsVisible: false, Method: { } caller, Contract.SpeaksOfLocks: false } ? caller.OriginalDefinition : null;
    }

    /// <summary>Sees whether the lock is held where the helper is called.</summary>
    sealed class Holder(Agreement agreement, IMethodSymbol method, Term path, LockMode mode) : Witness(method)
    {
        protected override Accord At(in CallMade call, PathState state)
        {
            if (call.Binding.Follow(state, path) is not { } here)
                return Accord.Broken;
            if (state.Find(here) is { } hold)
                return hold.Mode >= mode && hold.Certainty == Certainty.Definite ? Accord.Held : Accord.Broken;
            if (Helper is not { } caller || !here.IsRooted || WasReleased(here, state))
                return Accord.Broken;
            // A helper that calls itself needs what it needed before; on another object, the chain has no end.
            if (SymbolEqualityComparer.Default.Equals(caller, Method))
                return here.Equals(path) ? Accord.None : Accord.Broken;
            return agreement.Ask(caller, here, mode, isTaken: false);
        }

        static bool WasReleased(Term here, PathState state)
        {
            foreach (var owed in state.Owed)
            {
                if (owed.Lock.Equals(here))
                    return true;
            }

            return false;
        }
    }

    /// <summary>Sees whether what the helper left held is still held where the body is left.</summary>
    sealed class Taker(Agreement agreement, IMethodSymbol method, LockMode mode) : Witness(method)
    {
        readonly HashSet<IOperation> _calls = new();

        protected override Accord At(in CallMade call, PathState state)
        {
            _calls.Add(call.Site);
            return Accord.Held;
        }

        public override void Left(in BodyLeft exit, PathState state)
        {
            if (exit.IsThrow || state.Implicit || Accord == Accord.Broken)
                return;
            foreach (var hold in state.Locks)
            {
                if (hold.At is { } at && _calls.Contains(at))
                    Note(HandsOn(hold.Lock) ? Accord.Held : Accord.Broken);
            }
        }

        bool HandsOn(Term path)
        {
            if (Body is { Contract.Acquires.IsEmpty: false })
                return true;
            return Helper is { } caller && path.IsRooted && !SymbolEqualityComparer.Default.Equals(caller, Method)
                && agreement.Ask(caller, path, mode, isTaken: true) != Accord.Broken;
        }
    }
}
