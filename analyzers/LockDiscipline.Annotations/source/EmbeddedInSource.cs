// Compiled only with the source-only package, and only by compilers of Roslyn 4.14 and later: the attribute makes a copy
// invisible to other assemblies, so that two of them, one with access to the internals of the other, do not clash. Older
// compilers keep the attribute for themselves (CS8336).
namespace Microsoft.CodeAnalysis
{
    internal sealed partial class EmbeddedAttribute : global::System.Attribute { }
}

namespace LockDiscipline
{
    using Microsoft.CodeAnalysis;

    [Embedded] sealed partial class AcquiredAfterAttribute { }
    [Embedded] sealed partial class AcquiredBeforeAttribute { }
    [Embedded] sealed partial class AcquiresLockAttribute { }
    [Embedded] sealed partial class AssertsLockAttribute { }
    [Embedded] sealed partial class AssignedWhenReturnsAttribute { }
    [Embedded] sealed partial class ConditionWaitAttribute { }
    [Embedded] sealed partial class ConsumesAttribute { }
    [Embedded] sealed partial class ContainmentTestAttribute { }
    [Embedded] sealed partial class DowngradesLockAttribute { }
    [Embedded] sealed partial class ErrorTestAttribute { }
    [Embedded] sealed partial class ExcludesLockAttribute { }
    [Embedded] sealed partial class GuardedByAnyAttribute { }
    [Embedded] sealed partial class GuardedByAttribute { }
    [Embedded] sealed partial class LeavesPendingAttribute { }
    [Embedded] sealed partial class LockAttribute { }
    [Embedded] sealed partial class LockTokenAttribute { }
    [Embedded] sealed partial class LockedVariantAttribute { }
    [Embedded] sealed partial class MaySleepAttribute { }
    [Embedded] sealed partial class MustCheckAttribute { }
    [Embedded] sealed partial class NearestMatchAttribute { }
    [Embedded] sealed partial class NoLockAnalysisAttribute { }
    [Embedded] sealed partial class NoSleepAttribute { }
    [Embedded] sealed partial class OnSuccessAttribute { }
    [Embedded] sealed partial class OwnedAttribute { }
    [Embedded] sealed partial class ReleasesLockAttribute { }
    [Embedded] sealed partial class ReleasesTemporarilyAttribute { }
    [Embedded] sealed partial class RequiresLockAttribute { }
    [Embedded] sealed partial class RequiresSettledAttribute { }
    [Embedded] sealed partial class RequiresTestAttribute { }
    [Embedded] sealed partial class ReturnsLockAttribute { }
    [Embedded] sealed partial class ScopedLockAttribute { }
    [Embedded] sealed partial class SequenceCommitAttribute { }
    [Embedded] sealed partial class SequenceFetchAttribute { }
    [Embedded] sealed partial class SequenceRecheckAttribute { }
    [Embedded] sealed partial class SequenceSampleAttribute { }
    [Embedded] sealed partial class SettlesAttribute { }
    [Embedded] sealed partial class StopsAtFirstErrorAttribute { }
    [Embedded] sealed partial class SuccessTestAttribute { }
    [Embedded] sealed partial class TakesPendingAttribute { }
    [Embedded] sealed partial class TargetGuardedByAttribute { }
    [Embedded] sealed partial class TestsLockAttribute { }
    [Embedded] sealed partial class TryAcquiresLockAttribute { }
    [Embedded] sealed partial class UpgradesLockAttribute { }
    [Embedded] sealed partial class ValidUnderAttribute { }
    [Embedded] sealed partial class WaitsForAttribute { }
}
