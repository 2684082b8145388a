using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

internal enum PairKind : byte
{
    /// <summary>In the order in which they happen to be at hand.</summary>
    Untested,

    /// <summary>The smaller one first.</summary>
    Ascending,

    /// <summary>The greater one first.</summary>
    Descending,

    /// <summary>By some test of which the direction is not understood, or that found them equal.</summary>
    Tested,
}

/// <summary>How the order was chosen in which two locks of one class are taken.</summary>
/// <param name="Key">What of the two objects was compared.</param>
internal readonly record struct PairOrder(PairKind Kind, string Key)
{
    /// <summary>Whether two paths that order their locks like this can meet head on.</summary>
    public bool Opposes(PairOrder other) =>
        Key == other.Key && ((Kind == PairKind.Ascending && other.Kind == PairKind.Descending) || (Kind == PairKind.Descending && other.Kind == PairKind.Ascending));

    /// <summary>
    /// Reads the order off the conditions that hold on a path: a comparison of something of the one object with the same of the other, directly or by a method such as
    /// <c>CompareTo</c>.
    /// </summary>
    /// <param name="calls">The operands of the calls made in the body.</param>
    public static PairOrder Of(PathState state, Term held, Term taken, Dictionary<IOperation, ImmutableArray<Term>> calls)
    {
        var reader = new Reader(Speakers(held, calls), Speakers(taken, calls), calls);
        foreach (var fact in state.Facts.Entries)
            reader.Read(fact.Key, fact.Value);
        return reader.Result;
    }

    // The objects on the way to a lock, and what they were looked up by.
    static List<Term> Speakers(Term path, Dictionary<IOperation, ImmutableArray<Term>> calls)
    {
        var speakers = new List<Term> { path };
        for (var term = path; term is not null; term = term.Kind is TermKind.Member or TermKind.Element ? term.Left : null)
        {
            if (!ReferenceEquals(term, path))
                speakers.Add(term);
            if (term.Kind == TermKind.Element)
                speakers.Add(term.Right!);
            if (term.Kind == TermKind.Site && term.Value is IOperation operation && calls.TryGetValue(operation, out var operands))
                speakers.AddRange(operands);
        }

        return speakers;
    }

    struct Reader
    {
        const int MaxNesting = 4;

        readonly List<Term> _held;
        readonly List<Term> _taken;
        readonly Dictionary<IOperation, ImmutableArray<Term>> _calls;
        PairOrder _found;

        public Reader(List<Term> held, List<Term> taken, Dictionary<IOperation, ImmutableArray<Term>> calls)
        {
            _held = held.FindAll(term => !taken.Contains(term) && !term.IsConstant);
            _taken = taken.FindAll(term => !held.Contains(term) && !term.IsConstant);
            _calls = calls;
            _found = default;
        }

        public readonly PairOrder Result => _found;

        public void Read(Term condition, bool truth)
        {
            if (condition.IsOperator(TermOperator.Less))
            {
                var (left, right) = (condition.Left!, condition.Right!);
                if (right.IsConstant)
                    ReadComparison(left, truth);
                else if (left.IsConstant)
                    ReadComparison(right, !truth);
                else if (Speaks(left, _held) && Speaks(right, _taken))
                    Add(truth, left, _held, right, _taken);
                else if (Speaks(left, _taken) && Speaks(right, _held))
                    Add(!truth, left, _taken, right, _held);
                return;
            }

            if (condition.Kind == TermKind.Site)
                ReadComparison(condition, truth);
            else if (truth || !condition.IsOperator(TermOperator.Equal))
                ReadMixed(condition);
        }

        // Something computed of both, as in `a.Id - b.Id < 0`: a test, of whatever kind.
        void ReadMixed(Term computed)
        {
            if (Speaks(computed, _held) && Speaks(computed, _taken))
                Set(new PairOrder(PairKind.Tested, ""));
        }

        // The result of a method that was given something of both, such as CompareTo: less than zero says that the first one comes first.
        void ReadComparison(Term result, bool first)
        {
            if (result.Kind != TermKind.Site)
            {
                ReadMixed(result);
                return;
            }

            if (result.Value is not IOperation operation || !_calls.TryGetValue(operation, out var operands))
                return;

            int held = -1, taken = -1;
            for (int i = 0; i < operands.Length; i++)
            {
                if (Speaks(operands[i], _held))
                    held = i;
                else if (Speaks(operands[i], _taken))
                    taken = i;
            }

            if (held >= 0 && taken >= 0)
                Add(first == held < taken, operands[held], _held, operands[taken], _taken);
        }

        void Add(bool ascending, Term one, List<Term> itsSpeakers, Term other, List<Term> otherSpeakers)
        {
            var key = KeyOf(one, itsSpeakers, 0);
            Set(key == KeyOf(other, otherSpeakers, 0) ? new PairOrder(ascending ? PairKind.Ascending : PairKind.Descending, key) : new PairOrder(PairKind.Tested, ""));
        }

        void Set(PairOrder order)
        {
            if (_found.Kind == PairKind.Untested)
                _found = order;
            else if (_found != order)
                _found = new PairOrder(PairKind.Tested, "");
        }

        readonly bool Speaks(Term term, List<Term> speakers, int nesting = 0)
        {
            foreach (var speaker in speakers)
            {
                if (term.Mentions(speaker))
                    return true;
            }

            if (nesting < MaxNesting && term.Kind == TermKind.Site && term.Value is IOperation operation && _calls.TryGetValue(operation, out var operands))
            {
                foreach (var operand in operands)
                {
                    if (Speaks(operand, speakers, nesting + 1))
                        return true;
                }
            }

            return false;
        }

        // What is compared, whichever object it is of: two places that compare the same have the same key.
        readonly string KeyOf(Term term, List<Term> speakers, int nesting)
        {
            if (nesting < MaxNesting && term.Kind == TermKind.Site && term.Value is IOperation operation && _calls.TryGetValue(operation, out var operands))
            {
                foreach (var operand in operands)
                {
                    if (Speaks(operand, speakers))
                        return NameOf(operation) + "(" + KeyOf(operand, speakers, nesting + 1) + ")";
                }
            }

            // The longest part that stands for the object: the rest is what is asked of it.
            foreach (var speaker in speakers)
            {
                if (term.Mentions(speaker))
                    return term.Replace(speaker, Term.Return).ToString();
            }

            return "";
        }

        static string NameOf(IOperation operation) => operation switch
        {
            Microsoft.CodeAnalysis.Operations.IInvocationOperation invocation => invocation.TargetMethod.Name,
            Microsoft.CodeAnalysis.Operations.IPropertyReferenceOperation property => property.Property.Name,
            _ => "",
        };
    }
}
