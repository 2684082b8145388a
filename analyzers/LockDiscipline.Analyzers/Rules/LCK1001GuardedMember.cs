using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1001: a guarded member is read or written without its lock.</summary>
internal static class LCK1001GuardedMember
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1001",
        RuleDescriptor.Locks,
        "Guarded member used without its lock",
        "'{0}' is guarded by '{1}', which is not held here{2}",
        "A member declared [GuardedBy] or [GuardedByAny], or the object behind a [TargetGuardedBy] reference, is read or written where the lock is not held.");

    public static void Check(BodyRules rules, in MemberAccess access, PathState state)
    {
        foreach (var need in Requirements.Of(access, state))
        {
            if (need.Path is not { } path)
                continue;
            var (member, site, mode, text) = (access.Member.Name, access.Site, need.Mode, need.Text);
            if (need.Held is { } hold)
            {
                LCK1003ExclusiveNeeded.Check(rules, site, member, need, hold, state);
                rules.Findings.JudgeHeld(site, Rule, path, state, hold, null);
            }
            else if (!rules.IsCallersConcern(path, mode, text))
            {
                rules.Findings.JudgeHeld(site, Rule, path, state, null, () => Missing.Finding(Rule, site, member, path, text, mode, state));
            }
        }
    }
}

/// <summary>What LCK1001 and LCK1002 say alike of a lock that is not held.</summary>
internal static class Missing
{
    public static Finding Finding(DiagnosticDescriptor rule, IOperation site, string member, Term path, string text, LockMode mode, PathState state)
    {
        string hint = "";
        var related = ImmutableArray<Location>.Empty;
        foreach (var hold in state.Locks)
        {
            // Another instance's lock of the same name is what the author may have taken for this one.
            if (hold.At is not null && (SymbolEqualityComparer.Default.Equals(hold.Lock.Symbol, path.Symbol) && path.Symbol is not null || hold.Lock.Symbol?.Name == path.Symbol?.Name))
            {
                hint = $"; '{hold.Text}' is held, which is another lock";
                related = ImmutableArray.Create(Places.Of(hold.At));
            }
        }

        foreach (var release in state.Released)
        {
            if (release.Lock.Equals(path) && hint.Length == 0)
            {
                hint = "; it was released before";
                related = ImmutableArray.Create(Places.Of(release.At));
            }
        }

        return new Finding(rule, Places.Of(site), ImmutableArray.Create<object>(member, text, hint))
        {
            Lock = path,
            Related = related,
            RelatedIs = hint == "; it was released before" ? "released here" : "acquired here",
            Properties = Describe.Lock(text, mode).SetItem(DiagnosticProperties.Held, Describe.Held(state)),
        };
    }
}
