// The annotation files state no accessibility, so that a copy of one in another project is internal there.
// This file makes the same types public in the library; it is not part of the source-only package.
namespace LockDiscipline
{
    public sealed partial class AcquiredAfterAttribute { }
    public sealed partial class AcquiredBeforeAttribute { }
    public sealed partial class AcquiresLockAttribute { }
    public sealed partial class AssertsLockAttribute { }
    public sealed partial class AssignedWhenReturnsAttribute { }
    public sealed partial class ConditionWaitAttribute { }
    public sealed partial class ConsumesAttribute { }
    public sealed partial class ContainmentTestAttribute { }
    public sealed partial class DowngradesLockAttribute { }
    public sealed partial class ErrorTestAttribute { }
    public sealed partial class ExcludesLockAttribute { }
    public sealed partial class GuardedByAnyAttribute { }
    public sealed partial class GuardedByAttribute { }
    public sealed partial class LeavesPendingAttribute { }
    public sealed partial class LockAttribute { }
    public sealed partial class LockTokenAttribute { }
    public sealed partial class LockedVariantAttribute { }
    public sealed partial class MaySleepAttribute { }
    public sealed partial class MustCheckAttribute { }
    public sealed partial class NearestMatchAttribute { }
    public sealed partial class NoLockAnalysisAttribute { }
    public sealed partial class NoSleepAttribute { }
    public sealed partial class OnSuccessAttribute { }
    public sealed partial class OwnedAttribute { }
    public sealed partial class ReleasesLockAttribute { }
    public sealed partial class ReleasesTemporarilyAttribute { }
    public sealed partial class RequiresLockAttribute { }
    public sealed partial class RequiresSettledAttribute { }
    public sealed partial class RequiresTestAttribute { }
    public sealed partial class ReturnsLockAttribute { }
    public sealed partial class ScopedLockAttribute { }
    public sealed partial class SequenceCommitAttribute { }
    public sealed partial class SequenceFetchAttribute { }
    public sealed partial class SequenceRecheckAttribute { }
    public sealed partial class SequenceSampleAttribute { }
    public sealed partial class SettlesAttribute { }
    public sealed partial class StopsAtFirstErrorAttribute { }
    public sealed partial class SuccessTestAttribute { }
    public sealed partial class TakesPendingAttribute { }
    public sealed partial class TargetGuardedByAttribute { }
    public sealed partial class TestsLockAttribute { }
    public sealed partial class TryAcquiresLockAttribute { }
    public sealed partial class UpgradesLockAttribute { }
    public sealed partial class ValidUnderAttribute { }
    public sealed partial class WaitsForAttribute { }
}
