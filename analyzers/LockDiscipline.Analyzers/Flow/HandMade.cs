using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// What a type lets its users do to one of its locks, without a contract: members that leave it held, and members that give it back. Where there
/// are both, and no member has a section of its own under that lock, the type is a lock made by hand, and neither is an oversight. Where some have sections, that is
/// true of members only that one interface or base class asks for, since who calls one of those calls the others, as the begin and the end of a transaction; and where one returns
/// the task of its acquire without awaiting it, which is nobody's oversight. Immutable.
/// </summary>
/// <param name="Takers">Members that others can call, which leave the lock held, and release it only where they say by null or false that they failed.</param>
/// <param name="Givers">Members that others can call, which release it and never acquire it.</param>
internal sealed record HandMade(ImmutableArray<ISymbol> Takers, ImmutableArray<ISymbol> Givers)
{
    static readonly HandMade s_none = new(ImmutableArray<ISymbol>.Empty, ImmutableArray<ISymbol>.Empty);

    // Members have sections of their own under the lock: the others' releases are none of theirs.
    bool HasSections { get; init; }

    /// <summary>What the members of the outermost type around <paramref name="body"/> do to a lock that it has; asked only before a finding about that lock.</summary>
    public static HandMade Of(FlowHost host, Body body, Term path)
    {
        if (KeyOf(path, body.Owner) is not { } key || OutermostOf(body.Owner) is not { } type || !SymbolEqualityComparer.Default.Equals(OutermostOf(key), type))
            return s_none;
        return host.Cache.HandMade.TryGet(host, key, out var known) ? known : host.Cache.HandMade.Of(host, key, (host, key) => Search(host, type, key));
    }

    public bool IsTaker(ISymbol member) => IsAmong(Takers, member);

    /// <summary>Whether what a member releases may have been acquired by another one, for its users.</summary>
    public bool MayGiveBack(ISymbol member) => !Takers.IsEmpty && (!HasSections || IsAmong(Givers, member));

    /// <summary>Whether what is returned is the task of the acquire itself: whoever awaits that has the lock.</summary>
    public static bool IsHandedOn(Hold hold, Term? returned) =>
        returned is { Kind: TermKind.Site } && ReferenceEquals(returned.Value, hold.At) && hold.At is IInvocationOperation { Type.Name: "Task" or "ValueTask" };

    static bool IsAmong(ImmutableArray<ISymbol> members, ISymbol member)
    {
        foreach (var one in members)
        {
            if (SymbolEqualityComparer.Default.Equals(one, member.OriginalDefinition))
                return true;
        }

        return false;
    }

    // The member that keeps the lock, or the type whose objects are locks themselves, or whose static members are given them.
    static ISymbol? KeyOf(Term path, ISymbol owner)
    {
        while (path.Kind == TermKind.Element)
            path = path.Left!;
        return path.Kind switch
        {
            TermKind.Member or TermKind.Static => path.Symbol?.OriginalDefinition,
            TermKind.This => owner.ContainingType?.OriginalDefinition,
            TermKind.Parameter => path.Symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { IsStatic: true } } ? owner.ContainingType?.OriginalDefinition : null,
            _ => null,
        };
    }

    static INamedTypeSymbol? OutermostOf(ISymbol member)
    {
        var type = member as INamedTypeSymbol ?? member.ContainingType;
        while (type?.ContainingType is { } outer)
            type = outer;
        return type?.OriginalDefinition;
    }

    static HandMade Search(FlowHost host, INamedTypeSymbol type, ISymbol key)
    {
        var takers = ImmutableArray.CreateBuilder<ISymbol>();
        var givers = ImmutableArray.CreateBuilder<ISymbol>();
        var always = ImmutableArray.CreateBuilder<ISymbol>();
        bool hasSections = false, isHandedOn = false;
        var types = new Stack<INamedTypeSymbol>();
        types.Push(type);
        while (types.Count > 0)
        {
            foreach (var member in types.Pop().GetMembers())
            {
                host.Cancel.ThrowIfCancellationRequested();
                if (member is INamedTypeSymbol nested)
                    types.Push(nested);
                if (member is not IMethodSymbol method)
                    continue;
                host.Rests.OnCode(method);
                if (!host.Cache.Helpers.MayHaveEffect(host, method))
                    continue;
                var contract = host.Contracts.Of(method);
                if (contract.SpeaksOfLocks || contract.Waiver is not null || host.GraphOf(method, around: null) is not { } graph)
                    continue;
                var use = new Use(key, method);
                host.Solve(method, graph).Tell(use);
                hasSections |= use.HasSection;
                if (!IsForOthers(method))
                    continue;
                if (use.IsTaker)
                    takers.Add(method);
                if (use.IsTaker && !use.EndsFree)
                    always.Add(method);
                if (use.IsGiver)
                    givers.Add(method);
                isHandedOn |= use.HandsOn;
            }
        }

        if (!hasSections)
            return takers.Count == 0 && givers.Count == 0 ? s_none : new HandMade(takers.ToImmutable(), givers.ToImmutable());
        var (begin, end) = (always.ToImmutable(), givers.ToImmutable());
        var paired = isHandedOn ? new HandMade(begin, end) : new HandMade(begin.RemoveAll(taker => !IsPartnerOfAny(taker, end)), end.RemoveAll(giver => !IsPartnerOfAny(giver, begin)));
        return paired.Takers.IsEmpty ? s_none : paired with { HasSections = true };
    }

    static bool IsPartnerOfAny(ISymbol member, ImmutableArray<ISymbol> others)
    {
        foreach (var role in Roles((IMethodSymbol)member))
        {
            foreach (var other in others)
            {
                foreach (var its in Roles((IMethodSymbol)other))
                {
                    if (SymbolEqualityComparer.Default.Equals(role, its))
                        return true;
                }
            }
        }

        return false;
    }

    // The types that ask for a member: interfaces, or the class that declared it first.
    static IEnumerable<INamedTypeSymbol> Roles(IMethodSymbol method)
    {
        var first = method;
        while (first.OverriddenMethod is { } overridden)
            first = overridden;
        if (!ReferenceEquals(first, method))
            yield return first.ContainingType.OriginalDefinition;
        else if (method is { IsOverride: true, ContainingType.BaseType: { } unknown })
            yield return unknown;
        foreach (var implemented in Implementations.Of(method))
            yield return implemented.ContainingType.OriginalDefinition;
    }

    // A private member's effect is one on the type's own members, which are looked at themselves.
    static bool IsForOthers(IMethodSymbol method)
    {
        if (method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.Destructor)
            return false;
        // Whoever knows the base or the interface can call it.
        if (method.IsOverride)
            return true;
        foreach (var _ in Implementations.Of(method))
            return true;
        for (var type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.DeclaredAccessibility == Accessibility.Private)
                return false;
        }

        return method.DeclaredAccessibility != Accessibility.Private || !method.ExplicitInterfaceImplementations.IsEmpty;
    }

    /// <summary>What one member does to the lock.</summary>
    sealed class Use(ISymbol key, IMethodSymbol method) : FlowObserver
    {
        bool _acquires, _releases, _releasesOwn, _leavesHeld, _leavesReleased, _endsUntold, _endsFree;

        /// <summary>It acquires the lock and releases it.</summary>
        public bool HasSection => _releasesOwn && !IsTaker;

        /// <summary>It leaves the lock held; where it gives it back after all, what it returns says so.</summary>
        public bool IsTaker => _leavesHeld && !(_releases && _endsUntold);

        /// <summary>On some way it ends without the lock, and does not say by what it returns that it failed.</summary>
        public bool EndsFree => _endsFree;

        /// <summary>See <see cref="IsHandedOn"/>.</summary>
        public bool HandsOn { get; private set; }

        public bool IsGiver => _leavesReleased && !_acquires && !_leavesHeld;

        public override void Acquired(in LockAcquired acquired, PathState state) => _acquires |= IsIt(acquired.Lock);

        public override void Released(in LockReleased released, PathState state)
        {
            if (!IsIt(released.Lock))
                return;
            _releases = true;
            _releasesOwn |= released.Hold is { Source: HoldSource.Acquired or HoldSource.Tried };
        }

        public override void Left(in BodyLeft exit, PathState state)
        {
            if (exit.IsThrow || state.Implicit)
                return;
            bool isHeld = false;
            foreach (var hold in state.Locks)
            {
                if (hold is not { Source: HoldSource.Acquired or HoldSource.Tried, Certainty: Certainty.Definite, Scope: null } || !IsIt(hold.Lock))
                    continue;
                isHeld = true;
                HandsOn |= IsHandedOn(hold, exit.Returned);
            }

            _leavesHeld |= isHeld;
            bool failed = exit.Returned is { IsConstant: true, Value: null or false };
            _endsFree |= !isHeld && !failed;
            foreach (var release in state.Released)
                _endsUntold |= IsIt(release.Lock) && failed == isHeld;
            foreach (var owed in state.Owed)
                _leavesReleased |= IsIt(owed.Lock);
        }

        bool IsIt(Term path) => path.IsRooted && SymbolEqualityComparer.Default.Equals(KeyOf(path, method), key);
    }
}
