using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1010: a lock scope is not disposed, stored or returned. Found with LCK1004: such a lock is held where the body is left.</summary>
internal static class LCK1010ScopeDropped
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1010",
        RuleDescriptor.Locks,
        "Lock scope dropped",
        "The scope that holds '{0}' is not disposed, stored or returned: nothing releases the lock",
        "A [ScopedLock] value releases its lock when it is disposed; this one is not bound to a using, not stored and not returned.");
}
