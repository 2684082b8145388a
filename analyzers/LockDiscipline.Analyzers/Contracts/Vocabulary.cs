using System;
using System.Collections.Generic;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>The names of the contract attributes, without the suffix "Attribute".</summary>
internal static class Vocabulary
{
    public const string Namespace = "LockDiscipline";

    public const string Lock = "Lock";
    public const string ScopedLock = "ScopedLock";
    public const string AcquiredAfter = "AcquiredAfter";
    public const string AcquiredBefore = "AcquiredBefore";
    public const string GuardedBy = "GuardedBy";
    public const string GuardedByAny = "GuardedByAny";
    public const string TargetGuardedBy = "TargetGuardedBy";
    public const string RequiresLock = "RequiresLock";
    public const string AcquiresLock = "AcquiresLock";
    public const string TryAcquiresLock = "TryAcquiresLock";
    public const string ReleasesLock = "ReleasesLock";
    public const string ReleasesTemporarily = "ReleasesTemporarily";
    public const string DowngradesLock = "DowngradesLock";
    public const string UpgradesLock = "UpgradesLock";
    public const string ExcludesLock = "ExcludesLock";
    public const string AssertsLock = "AssertsLock";
    public const string ReturnsLock = "ReturnsLock";
    public const string LockedVariant = "LockedVariant";
    public const string NoLockAnalysis = "NoLockAnalysis";
    public const string TestsLock = "TestsLock";
    public const string ConditionWait = "ConditionWait";
    public const string WaitsFor = "WaitsFor";
    public const string MaySleep = "MaySleep";
    public const string NoSleep = "NoSleep";
    public const string MustCheck = "MustCheck";
    public const string ErrorTest = "ErrorTest";
    public const string SuccessTest = "SuccessTest";
    public const string OnSuccess = "OnSuccess";
    public const string StopsAtFirstError = "StopsAtFirstError";
    public const string ValidUnder = "ValidUnder";
    public const string NearestMatch = "NearestMatch";
    public const string ContainmentTest = "ContainmentTest";
    public const string Owned = "Owned";
    public const string Consumes = "Consumes";
    public const string LockToken = "LockToken";
    public const string LeavesPending = "LeavesPending";
    public const string Settles = "Settles";
    public const string TakesPending = "TakesPending";
    public const string RequiresSettled = "RequiresSettled";
    public const string SequenceSample = "SequenceSample";
    public const string SequenceFetch = "SequenceFetch";
    public const string SequenceRecheck = "SequenceRecheck";
    public const string SequenceCommit = "SequenceCommit";
    public const string RequiresTest = "RequiresTest";
    public const string AssignedWhenReturns = "AssignedWhenReturns";

    /// <summary>Only in contract files: a call that runs the delegates passed to it before it returns, and keeps none.</summary>
    public const string RunsInPlace = "RunsInPlace";

    /// <summary>Only in contract files: a call that keeps the delegates passed to it until what it returns is read.</summary>
    public const string RunsWhenRead = "RunsWhenRead";

    /// <summary>Only in contract files: another thread runs the delegates passed to a call; what it returns has ended when they have.</summary>
    public const string RunsApart = "RunsApart";

    /// <summary>Only in contract files: a call that runs others' code in line, unless its receiver was constructed otherwise.</summary>
    public const string RunsContinuations = "RunsContinuations";

    /// <summary>Only in contract files, of a namespace: its members are the framework, whose code is not foreign to anybody.</summary>
    public const string Framework = "Framework";

    /// <summary>Only in contract files: a call that changes nothing.</summary>
    public const string ReadsOnly = "ReadsOnly";

    /// <summary>Only in contract files: a call that may acquire some of the locks that it is given.</summary>
    public const string AcquiresSome = "AcquiresSome";

    /// <summary>Only in contract files: a call that returns the same for the same object and arguments, always.</summary>
    public const string Computes = "Computes";

    /// <summary>Only in contract files: a call that compares two objects by identity.</summary>
    public const string TestsIdentity = "TestsIdentity";

    /// <summary>Only in contract files: a call that returns a new object, which nobody else knows.</summary>
    public const string ReturnsNew = "ReturnsNew";

    /// <summary>Only in contract files: a collection with the elements of another one, or a part of each of them.</summary>
    public const string HasElementsOf = "HasElementsOf";

    /// <summary>Only in contract files: a variable that is passed by reference gets a value only if it has none.</summary>
    public const string SetsFirst = "SetsFirst";

    /// <summary>Only in contract files: a call that changes what its receiver contains.</summary>
    public const string ChangesContents = "ChangesContents";

    /// <summary>Only in contract files: a call that returns only where a condition is true.</summary>
    public const string Ensures = "Ensures";

    /// <summary>Only in contract files: a call that keeps what it is given in its receiver, where others find it.</summary>
    public const string Keeps = "Keeps";

    /// <summary>What only contract files can say.</summary>
    public static readonly HashSet<string> OnlyInFiles = new(StringComparer.Ordinal) { RunsInPlace, RunsWhenRead, RunsApart, RunsContinuations, ReadsOnly, AcquiresSome, Computes, TestsIdentity, ReturnsNew, HasElementsOf, SetsFirst, ChangesContents, Ensures, Keeps, Framework };

    /// <summary>Every attribute of the vocabulary.</summary>
    public static readonly HashSet<string> All = new(StringComparer.Ordinal)
    {
        Lock, ScopedLock, AcquiredAfter, AcquiredBefore, GuardedBy, GuardedByAny, TargetGuardedBy, RequiresLock, AcquiresLock,
        TryAcquiresLock, ReleasesLock, ReleasesTemporarily, DowngradesLock, UpgradesLock, ExcludesLock, AssertsLock, ReturnsLock,
        LockedVariant, NoLockAnalysis, TestsLock, ConditionWait, WaitsFor, MaySleep, NoSleep, MustCheck, ErrorTest, SuccessTest,
        OnSuccess, StopsAtFirstError, ValidUnder, NearestMatch, ContainmentTest, Owned, Consumes, LockToken, LeavesPending, Settles,
        TakesPending, RequiresSettled, SequenceSample, SequenceFetch, SequenceRecheck, SequenceCommit, RequiresTest,
        AssignedWhenReturns,
    };

    /// <summary>Attributes whose string arguments are lock expressions.</summary>
    public static readonly HashSet<string> TakingLocks = new(StringComparer.Ordinal)
    {
        AcquiredAfter, AcquiredBefore, GuardedBy, GuardedByAny, TargetGuardedBy, RequiresLock, AcquiresLock, TryAcquiresLock,
        ReleasesLock, ReleasesTemporarily, DowngradesLock, UpgradesLock, ExcludesLock, AssertsLock, ReturnsLock, TestsLock,
        ConditionWait, WaitsFor, ValidUnder,
    };
}
