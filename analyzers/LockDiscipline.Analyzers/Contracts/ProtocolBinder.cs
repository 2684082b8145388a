using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Turns the clauses that speak of more than locks into a <see cref="ProtocolContract"/>.</summary>
internal sealed class ProtocolBinder(PathBinder paths)
{
    const string WhenReturns = "WhenReturns";

    readonly ConditionBinder _conditions = new(paths);

    /// <summary><paramref name="known"/> with one more clause; unchanged where the clause speaks of something else.</summary>
    public ProtocolContract? Add(ProtocolContract? known, ISymbol member, Clause clause)
    {
        var contract = known ?? ProtocolContract.None;
        var what = clause.Expressions.IsEmpty ? "" : clause.Expressions[0];
        switch (clause.Name)
        {
            case Vocabulary.ValidUnder:
                return contract with { ValidUnder = contract.ValidUnder.AddRange(Paths(member, clause, isLock: true)) };
            case Vocabulary.NearestMatch:
                return contract with { NearestTo = what };
            case Vocabulary.ContainmentTest:
                return contract with { IsContainmentTest = true };
            case Vocabulary.Owned:
                return contract with { Owned = what, OwnedWhen = clause.Flag(WhenReturns), OwnedAlways = clause.Flag("Always", false) };
            case Vocabulary.Consumes:
                return contract with { Consumes = what, ConsumesWhen = clause.Flag(WhenReturns) };
            case Vocabulary.LockToken:
                return contract with { IsToken = true };
            case Vocabulary.StopsAtFirstError:
                return contract with { StopsAtFirstError = true };
            case Vocabulary.TakesPending:
                return contract with { TakesPending = what };
            case Vocabulary.LeavesPending:
                return contract with { LeavesPending = contract.LeavesPending.Add(new PendingClause(what, clause.Flag(WhenReturns))) };
            case Vocabulary.Settles:
                return contract with { Settles = contract.Settles.Add(new PendingClause(what, clause.Flag(WhenReturns))) };
            case Vocabulary.RequiresSettled:
                return contract with { RequiresSettled = contract.RequiresSettled.Add(what) };
            case Vocabulary.SequenceSample:
                return Step(SequenceStep.Sample);
            case Vocabulary.SequenceFetch:
                return Step(SequenceStep.Fetch);
            case Vocabulary.SequenceRecheck:
                return Step(SequenceStep.Recheck);
            case Vocabulary.SequenceCommit:
                return Step(SequenceStep.Commit);
            case Vocabulary.RequiresTest:
                // What does not bind is told where it stands (LCK9001) and asks nothing of anybody.
                return _conditions.Bind(what, member).Condition is { } condition
                    ? contract with { RequiresTest = contract.RequiresTest.Add(new TestClause(condition, what)) }
                    : known;
            case Vocabulary.Ensures:
                return _conditions.Bind(what, member).Condition is { } ensured
                    ? contract with { Ensures = contract.Ensures.Add(new TestClause(ensured, what)) }
                    : known;
            case Vocabulary.AssignedWhenReturns:
                return contract with { AssignedWhenReturns = contract.AssignedWhenReturns.Add(new AssignedClause(Returned(clause), Paths(member, clause, isLock: false))) };
            default:
                return known;
        }

        ProtocolContract Step(SequenceStep step) =>
            contract with { Sequence = contract.Sequence.Add(new SequenceClause(step, what, clause.Flag("Stale", true))) };
    }

    // The value may be a string too; then it comes before the expressions.
    static Term Returned(Clause clause)
    {
        if (clause.Attribute is { ConstructorArguments: { IsEmpty: false } arguments } && arguments[0].Kind != TypedConstantKind.Array)
            return Term.Constant(arguments[0].Value);
        return clause.Named.TryGetValue("", out var value) ? Term.Constant(value) : Term.Null;
    }

    ImmutableArray<LockClause> Paths(ISymbol member, Clause clause, bool isLock)
    {
        var expressions = clause.Expressions;
        if (clause.Attribute is { ConstructorArguments: { Length: 2 } arguments } && arguments[0].Value is string)
            expressions = expressions.RemoveAt(0);
        var bound = ImmutableArray.CreateBuilder<LockClause>();
        foreach (var expression in expressions)
        {
            if ((isLock ? paths.Bind(expression, member) : paths.BindValue(expression, member)).Path is { } path)
                bound.Add(new LockClause(path, expression, null));
        }

        return bound.ToImmutable();
    }
}
