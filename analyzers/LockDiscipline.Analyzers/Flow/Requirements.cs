using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>A lock needed at one place, and how it is held there.</summary>
/// <param name="Path">The lock; null where the contract cannot be followed to it.</param>
/// <param name="Mode">The weakest mode that serves.</param>
/// <param name="Held">The hold of that lock, in whatever mode; null where it is not held.</param>
/// <param name="Text">The lock as it reads at the place.</param>
internal readonly record struct Requirement(LockClause Clause, Term? Path, LockMode Mode, Hold? Held, string Text)
{
    public bool IsMet => Held is { } hold && (hold.Mode >= Mode || hold.Certainty != Certainty.Definite);
}

/// <summary>Says which locks an access or a call needs, and how each is held.</summary>
internal static class Requirements
{
    /// <summary>What a read or write of a guarded member needs and does not have, or has.</summary>
    public static IEnumerable<Requirement> Of(MemberAccess access, PathState state)
    {
        var binding = new CallBinding(access.Owner, null, System.Collections.Immutable.ImmutableArray<BoundArgument>.Empty, null);
        var mode = access.Access == Access.Write ? LockMode.Exclusive : LockMode.Shared;
        foreach (var clause in access.IsTarget ? access.Contract.TargetGuardedBy : access.Contract.GuardedBy)
            yield return Check(clause, mode);
        if (access.IsTarget || access.Contract.GuardedByAny.IsEmpty)
            yield break;

        // Reading needs any one of them.
        if (access.Access == Access.Read)
        {
            Requirement? unmet = null;
            foreach (var clause in access.Contract.GuardedByAny)
            {
                var check = Check(clause, mode);
                if (check.IsMet)
                {
                    yield return check;
                    yield break;
                }

                unmet ??= check;
            }

            yield return unmet!.Value;
            yield break;
        }

        // Writing needs all; a lock that has readers only (a read section) cannot be held exclusively and is left out.
        foreach (var clause in access.Contract.GuardedByAny)
        {
            if (!clause.IsReadSection)
                yield return Check(clause, mode);
        }

        Requirement Check(LockClause clause, LockMode needed)
        {
            var path = binding.Follow(state, Of(access.Owner, In(access.Member.ContainingType, clause.Path)));
            var text = access.OwnerText.Length == 0 || StartsWithType(clause) ? clause.Text
                : clause.Path.Root.Kind == TermKind.Static && access.Owner is not null and not { Symbol: ITypeParameterSymbol } ? $"{access.Member.ContainingType.Name}.{clause.Text}"
                : $"{access.OwnerText}.{clause.Text}";
            return new Requirement(clause, path, needed, path is null ? null : HoldOf(path, state), text);
        }
    }

    // A static that an interface asks for is another one for each type argument.
    static Term Of(Term? owner, Term path) =>
        owner is { Kind: TermKind.Static, Symbol: ITypeParameterSymbol } && path.Root is { Kind: TermKind.Static, Symbol: { IsAbstract: true } or { IsVirtual: true } } root
            ? path.Replace(root, Term.Member(owner, root.Symbol!.OriginalDefinition))
            : path;

    // A static of a generic type is another one in each type made from it.
    static Term In(INamedTypeSymbol type, Term path)
    {
        if (!type.IsGenericType || type.IsDefinition || path.Root is not { Kind: TermKind.Static, Symbol: { } root }
            || !SymbolEqualityComparer.Default.Equals(root.ContainingType, type.OriginalDefinition))
        {
            return path;
        }

        foreach (var member in type.GetMembers(root.Name))
        {
            if (SymbolEqualityComparer.Default.Equals(member.OriginalDefinition, root))
                return path.Replace(path.Root, Term.Static(member));
        }

        return path;
    }

    static Hold? HoldOf(Term path, PathState state) => state.Find(path) ?? LockEffects.OfAll(state, path);

    // `Registry.Gate` reads the same everywhere; `Gate` does not, static or not.
    static bool StartsWithType(LockClause clause) =>
        clause.Path.Root is { Kind: TermKind.Static, Symbol: { } first } && !clause.Text.StartsWith(first.Name, System.StringComparison.Ordinal);

    /// <summary>What a call needs by the callee's contract.</summary>
    public static IEnumerable<Requirement> Of(in CallMade call, PathState state) =>
        call.Contract.Requires.IsEmpty && call.Contract.Drops.IsEmpty ? System.Array.Empty<Requirement>() : Stated(call, state);

    static IEnumerable<Requirement> Stated(CallMade call, PathState state)
    {
        foreach (var clause in call.Contract.Requires)
            yield return Check(clause, clause.Mode ?? LockMode.Exclusive);

        // What is dropped for a while must be held before, in whatever mode.
        foreach (var clause in call.Contract.Drops)
        {
            if (!IsRequired(clause))
                yield return Check(clause, clause.Mode ?? LockMode.Shared);
        }

        bool IsRequired(LockClause dropped)
        {
            foreach (var clause in call.Contract.Requires)
            {
                if (clause.Path.Equals(dropped.Path))
                    return true;
            }

            return false;
        }

        Requirement Check(LockClause clause, LockMode mode)
        {
            var type = call.Site is Microsoft.CodeAnalysis.Operations.IInvocationOperation invocation ? invocation.TargetMethod.ContainingType : call.Callee.ContainingType;
            var path = call.Binding.Follow(state, type is null ? clause.Path : In(type, clause.Path));
            return new Requirement(clause, path, mode, path is null ? null : HoldOf(path, state), call.Binding.Render(clause.Text, clause.Path));
        }
    }
}
