using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>
/// LCK1012: a lock is taken exclusively for a section that only reads what it guards. Told only where all that the section does is known:
/// anything that may change an object speaks against it.
/// </summary>
/// <remarks>One for each body; not thread-safe.</remarks>
internal sealed class LCK1012SharedWouldDo(BodyRules rules)
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Suggestion(
        "LCK1012",
        RuleDescriptor.Locks,
        "Shared mode would do",
        "'{0}' is taken exclusively, but nothing in the section needs more than the shared mode",
        "A lock with a shared mode is acquired exclusively, and the section reads what it guards and changes nothing.");

    readonly Dictionary<IOperation, Section> _sections = new();

    public void Acquired(in LockAcquired acquired, PathState state)
    {
        if (acquired.Mode == LockMode.Exclusive && !acquired.IsTry && !rules.IsPrimitive && !_sections.ContainsKey(acquired.Site) && HasSharedMode(acquired.Callee))
            _sections.Add(acquired.Site, new Section(acquired.Text, state));
        // Taken while it is held in another mode: an upgrade.
        if (_sections.TryGetValue(acquired.Site, out var section) && state.Find(acquired.Lock) is not null)
            section.NeedsExclusive = true;
    }

    public void Accessed(in MemberAccess access, PathState state)
    {
        if (_sections.Count == 0)
            return;
        foreach (var need in Requirements.Of(access, state))
        {
            if (need.Held is { At: { } acquire } && _sections.TryGetValue(acquire, out var section))
                section.Note(need.Mode == LockMode.Exclusive);
        }

        if (access.Access == Access.Write)
            Changed(state);
    }

    public void Called(in CallMade call, PathState state)
    {
        if (_sections.Count == 0 || state.Locks.IsEmpty)
            return;
        foreach (var need in Requirements.Of(call, state))
        {
            if (need.Held is { At: { } acquire } && _sections.TryGetValue(acquire, out var section))
                section.Note(need.Mode == LockMode.Exclusive);
        }

        if (!IsHarmless(call))
            Changed(state);
    }

    /// <summary>Something changes, or gets out of sight: the sections that are open may need what they took.</summary>
    public void Changed(PathState state)
    {
        foreach (var hold in state.Locks)
        {
            if (hold.At is { } acquire && _sections.TryGetValue(acquire, out var section))
                section.NeedsExclusive = true;
        }
    }

    public void Solved()
    {
        foreach (var entry in _sections)
        {
            var (acquire, section) = (entry.Key, entry.Value);
            if (section is { ReadsShared: true, NeedsExclusive: false })
                rules.Findings.Judge(acquire, Rule, null, section.State, () => Create(acquire, section.Text));
        }
    }

    // The type has another acquire of the same shape that takes the shared mode.
    bool HasSharedMode(IMethodSymbol acquire)
    {
        foreach (var member in acquire.ContainingType.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } other && other.Parameters.Length == acquire.Parameters.Length
                && rules.Contracts.Of(other).Acquires is { Length: 1 } acquires && acquires[0] is { Mode: LockMode.Shared, Path.Kind: TermKind.This })
            {
                return true;
            }
        }

        return false;
    }

    bool IsHarmless(in CallMade call)
    {
        var contract = call.Contract;
        if (contract.Downgrades.Length > 0 || contract.Upgrades.Length > 0 || !contract.Asserts.IsEmpty)
            return false;
        if (contract.ChangesLocks || !contract.Tests.IsEmpty || contract.TestsError is not null || contract.ReadsOnly || !contract.Requires.IsEmpty)
            return true;
        if (call.Site is IPropertyReferenceOperation && call.Callee.MethodKind == MethodKind.PropertyGet)
            return true;
        if (call.Callee.MethodKind is MethodKind.DelegateInvoke or MethodKind.PropertySet || rules.Contracts.IsScope(call.Callee.ContainingType))
            return rules.Contracts.IsScope(call.Callee.ContainingType);
        if (call.Site is IInvocationOperation { IsImplicit: true } && rules.Contracts.IsFramework(call.Callee))
            return true;
        // It gets nothing that it could change, and touches nothing that a lock guards.
        foreach (var argument in call.Binding.Arguments)
        {
            if (argument.Location is { Kind: not TermKind.Parameter } || !IsPlain(argument.Parameter.Type) && argument.Term is not { Kind: TermKind.Constant })
                return false;
        }

        bool isOnOther = call.Callee is { IsStatic: false, MethodKind: not MethodKind.Constructor } && call.Binding.Receiver is { Kind: not TermKind.This };
        return !isOnOther && !rules.Host.Cache.Names.MayMatter(call.Callee, rules.Host.Cancel);
    }

    static bool IsPlain(ITypeSymbol type) => type.SpecialType == SpecialType.System_String || type is { IsValueType: true, IsRefLikeType: false };

    static Finding Create(IOperation acquire, string text) =>
        new(Rule, Places.Of(acquire), ImmutableArray.Create<object>(text))
        {
            Properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, text),
        };

    /// <param name="state">The state before the acquire.</param>
    sealed class Section(string text, PathState state)
    {
        public string Text { get; } = text;

        public PathState State { get; } = state;

        public bool ReadsShared { get; private set; }

        public bool NeedsExclusive { get; set; }

        public void Note(bool isExclusive)
        {
            NeedsExclusive |= isExclusive;
            ReadsShared |= !isExclusive;
        }
    }
}
