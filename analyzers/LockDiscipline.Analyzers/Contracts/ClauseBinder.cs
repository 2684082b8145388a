using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Turns the clauses on a member into its contract: binds lock expressions, sets modes.</summary>
internal sealed class ClauseBinder(PathBinder paths, ContractSet contracts)
{
    readonly ProtocolBinder _protocols = new(paths);
    readonly ConditionBinder _conditions = new(paths);

    public MemberContract Bind(ISymbol member, ImmutableArray<Clause> clauses)
    {
        var contract = MemberContract.None;
        foreach (var clause in clauses)
            contract = Add(contract, member, clause);
        return contract;
    }

    /// <summary>The statements of both, of a property and its accessor for instance.</summary>
    public static MemberContract Merge(MemberContract a, MemberContract b)
    {
        if (b.IsNone)
            return a;
        if (a.IsNone)
            return b;
        return a with
        {
            Requires = a.Requires.AddRange(b.Requires),
            Acquires = a.Acquires.AddRange(b.Acquires),
            TryAcquires = a.TryAcquires.AddRange(b.TryAcquires),
            Releases = a.Releases.AddRange(b.Releases),
            Drops = a.Drops.AddRange(b.Drops),
            Waits = a.Waits.AddRange(b.Waits),
            Downgrades = a.Downgrades.AddRange(b.Downgrades),
            Upgrades = a.Upgrades.AddRange(b.Upgrades),
            Excludes = a.Excludes.AddRange(b.Excludes),
            WaitsFor = a.WaitsFor.AddRange(b.WaitsFor),
            After = a.After.AddRange(b.After),
            Before = a.Before.AddRange(b.Before),
            Asserts = a.Asserts.AddRange(b.Asserts),
            Tests = a.Tests.AddRange(b.Tests),
            GuardedBy = a.GuardedBy.AddRange(b.GuardedBy),
            GuardedByAny = a.GuardedByAny.AddRange(b.GuardedByAny),
            TargetGuardedBy = a.TargetGuardedBy.AddRange(b.TargetGuardedBy),
            Returns = a.Returns ?? b.Returns,
            LockedVariant = a.LockedVariant ?? b.LockedVariant,
            Waiver = a.Waiver ?? b.Waiver,
            MaySleep = a.MaySleep || b.MaySleep,
            SleepsUnless = a.SleepsUnless ?? b.SleepsUnless,
            TriesForever = a.TriesForever ?? b.TriesForever,
            NoSleep = a.NoSleep || b.NoSleep,
            MustCheck = a.MustCheck || b.MustCheck,
            TestsError = a.TestsError ?? b.TestsError,
            OnSuccess = a.OnSuccess || b.OnSuccess,
            RunsInPlace = a.RunsInPlace || b.RunsInPlace,
            RunsWhenRead = a.RunsWhenRead || b.RunsWhenRead,
            RunsApart = a.RunsApart || b.RunsApart,
            ReadsOnly = a.ReadsOnly || b.ReadsOnly,
            AcquiresSome = a.AcquiresSome || b.AcquiresSome,
            Computes = a.Computes || b.Computes,
            ComputedAs = a.ComputedAs ?? b.ComputedAs,
            TestsIdentity = a.TestsIdentity || b.TestsIdentity,
            ReturnsNew = a.ReturnsNew || b.ReturnsNew,
            ElementsOf = a.ElementsOf ?? b.ElementsOf,
            ElementPart = a.ElementPart ?? b.ElementPart,
            SetsFirst = a.SetsFirst ?? b.SetsFirst,
            ChangesContents = a.ChangesContents || b.ChangesContents,
            Keeps = a.Keeps || b.Keeps,
            ContinuesUnless = a.ContinuesUnless ?? b.ContinuesUnless,
            Protocol = ProtocolContract.Merge(a.Protocol, b.Protocol),
        };
    }

    MemberContract Add(MemberContract contract, ISymbol member, Clause clause)
    {
        // On the returned value or a parameter these speak of that value, not of the call.
        switch (clause.Name)
        {
            case Vocabulary.RequiresLock:
                return contract with { Requires = contract.Requires.AddRange(Locks(member, clause, Exclusive(clause))) };
            case Vocabulary.AcquiresLock:
                return contract with { Acquires = contract.Acquires.AddRange(Locks(member, clause, Exclusive(clause))) };
            case Vocabulary.TryAcquiresLock:
                return contract with { TryAcquires = contract.TryAcquires.AddRange(Locks(member, clause, Exclusive(clause))) };
            case Vocabulary.ReleasesLock:
                return contract with { Releases = contract.Releases.AddRange(Locks(member, clause, ReleasedMode(clause))) };
            case Vocabulary.ReleasesTemporarily:
                return contract with { Drops = contract.Drops.AddRange(Locks(member, clause, null)) };
            case Vocabulary.ConditionWait:
                var waited = Locks(member, clause, null);
                return contract with { Drops = contract.Drops.AddRange(waited), Waits = contract.Waits.AddRange(waited), MaySleep = true };
            case Vocabulary.WaitsFor:
                return contract with { WaitsFor = contract.WaitsFor.AddRange(Locks(member, clause, null)), MaySleep = true };
            case Vocabulary.AcquiredAfter:
                return contract with { After = contract.After.AddRange(Locks(member, clause, null)) };
            case Vocabulary.AcquiredBefore:
                return contract with { Before = contract.Before.AddRange(Locks(member, clause, null)) };
            case Vocabulary.MaySleep:
                return contract with
                {
                    MaySleep = true,
                    SleepsUnless = clause.Text("Unless") is { } unless ? _conditions.Bind(unless, member).Condition : contract.SleepsUnless,
                    TriesForever = clause.Text("Forever") is { } forever ? _conditions.Bind(forever, member).Condition : contract.TriesForever,
                };
            case Vocabulary.DowngradesLock:
                return contract with { Downgrades = contract.Downgrades.AddRange(Locks(member, clause, LockMode.Shared)) };
            case Vocabulary.UpgradesLock:
                return contract with { Upgrades = contract.Upgrades.AddRange(Locks(member, clause, LockMode.Exclusive)) };
            case Vocabulary.ExcludesLock:
                return contract with { Excludes = contract.Excludes.AddRange(Locks(member, clause, null)) };
            case Vocabulary.AssertsLock:
                return contract with { Asserts = contract.Asserts.AddRange(Locks(member, clause, Exclusive(clause))) };
            case Vocabulary.TestsLock:
                return contract with { Tests = contract.Tests.AddRange(Locks(member, clause, Exclusive(clause))) };
            case Vocabulary.GuardedBy:
                return contract with { GuardedBy = contract.GuardedBy.AddRange(Locks(member, clause, null)) };
            case Vocabulary.GuardedByAny:
                return contract with { GuardedByAny = contract.GuardedByAny.AddRange(WithReadSections(Locks(member, clause, null))) };
            case Vocabulary.TargetGuardedBy:
                return contract with { TargetGuardedBy = contract.TargetGuardedBy.AddRange(Locks(member, clause, null)) };
            case Vocabulary.ReturnsLock:
                var returned = Locks(member, clause, null);
                return returned.IsEmpty ? contract : contract with { Returns = returned[0] };
            case Vocabulary.LockedVariant:
                return clause.Expressions.IsEmpty ? contract : contract with { LockedVariant = clause.Expressions[0] };
            case Vocabulary.NoLockAnalysis:
                return contract with { Waiver = clause.Expressions.IsEmpty ? "" : clause.Expressions[0] };
            case Vocabulary.NoSleep:
                return contract with { NoSleep = true };
            case Vocabulary.MustCheck:
                return contract with { MustCheck = true };
            case Vocabulary.ErrorTest:
                return contract with { TestsError = true };
            case Vocabulary.SuccessTest:
                return contract with { TestsError = false };
            case Vocabulary.OnSuccess:
                return contract with { OnSuccess = true };
            case Vocabulary.Keeps:
                return contract with { Keeps = true };
            case Vocabulary.RunsInPlace:
                return contract with { RunsInPlace = true };
            case Vocabulary.RunsWhenRead:
                return contract with { RunsWhenRead = true };
            case Vocabulary.RunsApart:
                return contract with { RunsApart = true };
            case Vocabulary.ReadsOnly:
                return contract with { ReadsOnly = true };
            case Vocabulary.AcquiresSome:
                return contract with { AcquiresSome = true };
            case Vocabulary.Computes:
                return contract with { Computes = true, ComputedAs = clause.Expressions.IsEmpty ? contract.ComputedAs : _conditions.Bind(clause.Expressions[0], member).Condition };
            case Vocabulary.TestsIdentity:
                return contract with { TestsIdentity = true };
            case Vocabulary.ReturnsNew:
                return contract with { ReturnsNew = true };
            case Vocabulary.HasElementsOf:
                var source = Locks(member, clause, null);
                return source.IsEmpty ? contract : contract with { ElementsOf = source[0], ElementPart = clause.Text("Part") };
            case Vocabulary.SetsFirst:
                return contract with { SetsFirst = clause.Text("WhenNull") ?? "" };
            case Vocabulary.ChangesContents:
                return contract with { ChangesContents = true };
            case Vocabulary.RunsContinuations:
                return contract with { ContinuesUnless = clause.Text("Unless") ?? "" };
            default:
                return _protocols.Add(contract.Protocol, member, clause) is { } protocol ? contract with { Protocol = protocol } : contract;
        }
    }

    ImmutableArray<LockClause> Locks(ISymbol member, Clause clause, LockMode? mode)
    {
        var result = clause.Flag("Result", true);
        var taken = clause.Text("Taken");
        if (clause.Text("Receiver") is { } receiver && clause.Expressions.IsEmpty)
            return ImmutableArray.Create(new LockClause(Term.This, "", mode, result, taken) { Receiver = receiver });
        if (clause.Expressions.IsEmpty)
            return ImmutableArray.Create(new LockClause(Term.This, "", mode, result, taken));
        var locks = ImmutableArray.CreateBuilder<LockClause>();
        foreach (var expression in clause.Expressions)
        {
            // What does not bind is told where it stands (LCK9001) and constrains nobody.
            if (paths.Bind(expression, member).Path is { } path)
                locks.Add(new LockClause(path, expression, mode, result, taken));
        }

        return locks.ToImmutable();
    }

    ImmutableArray<LockClause> WithReadSections(ImmutableArray<LockClause> locks)
    {
        for (int i = 0; i < locks.Length; i++)
        {
            var type = locks[i].Path.Symbol switch
            {
                IFieldSymbol field => field.Type,
                IPropertySymbol property => property.Type,
                IParameterSymbol parameter => parameter.Type,
                _ => null,
            };
            if (type is not null && contracts.IsReadSection(type))
                locks = locks.SetItem(i, locks[i] with { IsReadSection = true });
        }

        return locks;
    }

    static LockMode Exclusive(Clause clause) =>
        clause.Flag("Upgradeable", false) ? LockMode.Upgradeable
        : clause.Flag("Shared", false) ? LockMode.Shared
        : LockMode.Exclusive;

    static LockMode? ReleasedMode(Clause clause) =>
        clause.Flag("Upgradeable", false) ? LockMode.Upgradeable : clause.Flag("Shared") switch
        {
            true => LockMode.Shared,
            false => LockMode.Exclusive,
            null => null,
        };
}
