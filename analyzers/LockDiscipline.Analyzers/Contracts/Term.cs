using System;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Contracts;

internal enum TermKind : byte
{
    /// <summary>The receiver of the member at hand.</summary>
    This,

    /// <summary>What a parameter, or a local captured from outside, held at entry.</summary>
    Parameter,

    /// <summary>The returned value; occurs in contracts only.</summary>
    Return,

    /// <summary>A static field or property.</summary>
    Static,

    /// <summary>An instance member of <see cref="Term.Left"/>.</summary>
    Member,

    /// <summary>An element of <see cref="Term.Left"/> at index or key <see cref="Term.Right"/>.</summary>
    Element,

    /// <summary>The value that one operation produced when it was last run.</summary>
    Site,

    /// <summary>An object created by one operation when it was last run.</summary>
    Fresh,

    /// <summary>The value of a variable at a place where paths meet.</summary>
    Phi,

    /// <summary>An earlier value of a <see cref="Site"/>, <see cref="Fresh"/> or <see cref="Phi"/>; no expression reaches it by name.</summary>
    Stale,

    /// <summary>The place of an intermediate value that the control-flow graph keeps between operations.</summary>
    Capture,

    /// <summary>A compile-time constant.</summary>
    Constant,

    /// <summary>An operator applied to <see cref="Term.Left"/> and <see cref="Term.Right"/>.</summary>
    Operation,
}

internal enum TermOperator : byte
{
    Equal,
    Less,
    And,
    Or,
    Other,
}

/// <summary>
/// The one name for values in contracts and in the flow analysis: a lock path, a tested condition, a constant.
/// </summary>
/// <remarks>
/// A term denotes a value and never changes its meaning within one path through a body: an assignment gives the
/// variable another term and leaves what was known of the old one true. So two equal terms are the same object.
/// Immutable, compared by structure, hash cached; thread-safe.
/// </remarks>
internal sealed class Term : IEquatable<Term>
{
    public static readonly Term This = new(TermKind.This, null, null, null, null);
    public static readonly Term Return = new(TermKind.Return, null, null, null, null);
    public static readonly Term Null = Constant(null);
    public static readonly Term True = Constant(true);
    public static readonly Term False = Constant(false);

    /// <summary>Beyond this depth a value is known by the operation that made it only, so that terms stay bounded.</summary>
    public const int MaxDepth = 12;

    static readonly object[] s_operators = { TermOperator.Equal, TermOperator.Less, TermOperator.And, TermOperator.Or, TermOperator.Other };

    readonly int _hash;

    Term(TermKind kind, ISymbol? symbol, Term? left, Term? right, object? value)
    {
        Kind = kind;
        Symbol = symbol;
        Left = left;
        Right = right;
        Value = value;
        Depth = 1 + Math.Max(left?.Depth ?? 0, right?.Depth ?? 0);
        unchecked
        {
            int hash = (int)kind * 397;
            hash = (hash * 31) + (symbol is null ? 0 : SymbolEqualityComparer.Default.GetHashCode(symbol));
            hash = (hash * 31) + (left?._hash ?? 0);
            hash = (hash * 31) + (right?._hash ?? 0);
            hash = (hash * 31) + ValueHash(kind, value);
            _hash = hash;
        }

        Mask = TermMask.Part(_hash);
        if (kind is TermKind.Member or TermKind.Static && symbol is not null)
            Mask |= TermMask.Member(symbol);
        if (kind is TermKind.Operation && value is TermOperator.Less)
            Mask |= TermMask.Less;
        if (kind is TermKind.Phi)
            Mask |= TermMask.Place(value!);
        // A phi or stale term is a name, whatever it is named after.
        if (kind is not (TermKind.Phi or TermKind.Stale))
            Mask |= (left?.Mask ?? 0) | (right?.Mask ?? 0);
    }

    public TermKind Kind { get; }

    public ISymbol? Symbol { get; }

    public Term? Left { get; }

    public Term? Right { get; }

    /// <summary>The constant, the operator, the operation of a site, or the name of a member that is not imported.</summary>
    public object? Value { get; }

    public int Depth { get; }

    /// <summary>The bits of this term and of its parts, see <see cref="TermMask"/>.</summary>
    public ulong Mask { get; }

    /// <summary>The bit of this term among those of a term that mentions it.</summary>
    public ulong Bit => TermMask.Part(_hash);

    public static Term Constant(object? value) => new(TermKind.Constant, null, null, null, Normalize(value));

    public static Term Parameter(ISymbol variable) => new(TermKind.Parameter, variable, null, null, null);

    public static Term Static(ISymbol member) => new(TermKind.Static, member, null, null, null);

    public static Term Member(Term owner, ISymbol member) => new(TermKind.Member, member, owner, null, null);

    public static Term OpaqueMember(Term owner, string name) => new(TermKind.Member, null, owner, null, name);

    public static Term Element(Term owner, Term key) => new(TermKind.Element, null, owner, key, null);

    public static Term Site(object operation) => new(TermKind.Site, null, null, null, operation);

    public static Term Capture(object id) => new(TermKind.Capture, null, null, null, id);

    public static Term Fresh(object operation) => new(TermKind.Fresh, null, null, null, operation);

    /// <summary>The value of <paramref name="location"/> where paths meet at <paramref name="place"/>.</summary>
    public static Term Phi(object place, Term location) => new(TermKind.Phi, null, location, null, place);

    /// <summary>Whether this is the value of <paramref name="location"/> where paths meet at <paramref name="place"/>.</summary>
    public bool IsNameOf(object place, Term location) => Kind == TermKind.Phi && ReferenceEquals(Value, place) && Left!.Equals(location);

    public static Term Stale(Term former) => former.Kind == TermKind.Stale ? former : new(TermKind.Stale, null, former, null, null);

    public static Term Operation(TermOperator op, Term left, Term right, object? detail = null) =>
        new(TermKind.Operation, null, left, right, detail is null ? s_operators[(int)op] : (op, detail));

    /// <summary>The same operation of other operands.</summary>
    public Term WithOperands(Term left, Term right) => new(TermKind.Operation, null, left, right, Value);

    /// <summary>What a built-in operator computes: the same of the same operands.</summary>
    public static Term Arithmetic(BinaryOperatorKind kind, Term left, Term right) =>
        (left.Value, right.Value, kind) switch
        {
            // Only what no width of the numbers can change.
            (long a, long b, BinaryOperatorKind.And) when left.IsConstant && right.IsConstant => Constant(a & b),
            (long a, long b, BinaryOperatorKind.Or) when left.IsConstant && right.IsConstant => Constant(a | b),
            // One step up and one down lead back: numbers of any width wrap around both ways.
            (_, long step, BinaryOperatorKind.Add or BinaryOperatorKind.Subtract) when right.IsConstant && step != 0 && SumOf(left) is var (from, added) && added == (kind == BinaryOperatorKind.Add ? -step : step) => from,
            _ => Operation(TermOperator.Other, left, right, kind),
        };

    /// <summary>What a number was computed from by adding or subtracting a known one, and how much was added; the number itself and 0 where it was not.</summary>
    public static (Term Term, long Added) SumOf(Term value) =>
        value.Right is not { IsConstant: true, Value: long added } ? (value, 0)
        : value.IsArithmetic(BinaryOperatorKind.Add) ? (value.Left!, added)
        : value.IsArithmetic(BinaryOperatorKind.Subtract) ? (value.Left!, -added)
        : (value, 0);

    /// <summary>This operation on other operands.</summary>
    public Term Computed(Term left, Term right) =>
        Value is ValueTuple<TermOperator, object> { Item2: BinaryOperatorKind kind } ? Arithmetic(kind, left, right) : new(Kind, Symbol, left, right, Value);

    /// <summary>The name for what a method returns when it is called on this receiver with these values.</summary>
    /// <param name="values">The arguments in the order of the parameters: elements of one another, the first one of null.</param>
    public static Term Call(IMethodSymbol method, Term? receiver, Term values) =>
        Operation(TermOperator.Other, method.IsStatic ? Null : receiver ?? This, values, method.OriginalDefinition);

    /// <summary>Whether this is what a method returns.</summary>
    public bool IsCall => Kind == TermKind.Operation && Value is ValueTuple<TermOperator, object> { Item2: IMethodSymbol };

    public bool IsConstant => Kind == TermKind.Constant;

    public bool IsOperator(TermOperator op) => Kind == TermKind.Operation && Value is TermOperator own && own == op;

    /// <summary>Whether this is what an operator of C# computes.</summary>
    public bool IsArithmetic(BinaryOperatorKind kind) =>
        Kind == TermKind.Operation && Value is ValueTuple<TermOperator, object> { Item2: BinaryOperatorKind own } && own == kind;

    /// <summary>Whether this is an operation of the named kind, of those that the operators of C# do not cover.</summary>
    public bool IsOperation(string detail) =>
        Kind == TermKind.Operation && Value is ValueTuple<TermOperator, object> named && named.Item2 is string own && own == detail;

    /// <summary>Whether the value exists outside of one run of the body: reached from the receiver, a parameter or a static.</summary>
    public bool IsRooted => Kind switch
    {
        TermKind.This or TermKind.Parameter or TermKind.Static or TermKind.Constant => true,
        TermKind.Member => Left!.IsRooted,
        TermKind.Element or TermKind.Operation => Left!.IsRooted && Right!.IsRooted,
        _ => false,
    };

    public Term Root
    {
        get
        {
            var term = this;
            while (term.Kind is TermKind.Member or TermKind.Element)
                term = term.Left!;
            return term;
        }
    }

    /// <summary>Whether <paramref name="part"/> occurs in this term.</summary>
    public bool Mentions(Term part) =>
        (Mask & part.Bit) != 0 && MentionsAtAll(part);

    bool MentionsAtAll(Term part) =>
        Equals(part)
        || (Depth > part.Depth
            && Kind is not (TermKind.Phi or TermKind.Stale)
            && ((Left?.Mentions(part) ?? false) || (Right?.Mentions(part) ?? false)));

    /// <summary>Whether a value occurs in this term that is named after a place where paths meet.</summary>
    public bool MentionsNameOf(object place) =>
        (Mask & TermMask.Place(place)) != 0 && (Kind is TermKind.Phi or TermKind.Stale
            ? Kind == TermKind.Phi && ReferenceEquals(Value, place)
            : (Left?.MentionsNameOf(place) ?? false) || (Right?.MentionsNameOf(place) ?? false));

    /// <summary>This term with every occurrence of <paramref name="part"/> replaced.</summary>
    public Term Replace(Term part, Term by)
    {
        if (Equals(part))
            return by;
        if (Depth <= part.Depth || (Left is null && Right is null) || (Mask & part.Bit) == 0)
            return this;
        // A phi or stale term is named after a location; its name does not change with what the location holds.
        if (Kind is TermKind.Phi or TermKind.Stale)
            return this;
        var left = Left?.Replace(part, by);
        var right = Right?.Replace(part, by);
        return ReferenceEquals(left, Left) && ReferenceEquals(right, Right) ? this : new Term(Kind, Symbol, left, right, Value);
    }

    /// <summary>
    /// This term with its roots (receiver, parameters, returned value) replaced by what they are at a call;
    /// null when a root has no counterpart there.
    /// </summary>
    public Term? Substitute(Func<Term, Term?> root)
    {
        switch (Kind)
        {
            case TermKind.This:
            case TermKind.Parameter:
            case TermKind.Return:
                return root(this);
            case TermKind.Static:
            case TermKind.Constant:
                return this;
            case TermKind.Member:
            case TermKind.Element:
            case TermKind.Operation:
                var left = Left!.Substitute(root);
                var right = Right?.Substitute(root);
                if (left is null || (Right is not null && right is null))
                    return null;
                return ReferenceEquals(left, Left) && ReferenceEquals(right, Right)
                    ? this
                    : new Term(Kind, Symbol, left, right, Value);
            default:
                return null;
        }
    }

    public bool Equals(Term? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        return other is not null
            && _hash == other._hash
            && Kind == other.Kind
            && Depth == other.Depth
            && SameValue(other)
            && SymbolEqualityComparer.Default.Equals(Symbol, other.Symbol)
            && Equals(Left, other.Left)
            && Equals(Right, other.Right);
    }

    public override bool Equals(object? obj) => Equals(obj as Term);

    public override int GetHashCode() => _hash;

    public override string ToString() => Kind switch
    {
        TermKind.This => "this",
        TermKind.Return => "return",
        TermKind.Parameter => Symbol!.Name,
        TermKind.Static => $"{Symbol!.ContainingType?.Name}.{Symbol.Name}",
        TermKind.Member => $"{Left}.{Symbol?.Name ?? (string)Value!}",
        TermKind.Element => $"{Left}[{Right}]",
        TermKind.Constant => Value?.ToString() ?? "null",
        TermKind.Operation => $"({Left} {Value} {Right})",
        TermKind.Phi => $"phi({Left})",
        TermKind.Stale => $"stale({Left})",
        _ => $"{Kind}@{(Value as IOperation)?.Syntax.SpanStart}",
    };

    bool SameValue(Term other) => Kind switch
    {
        TermKind.Site or TermKind.Fresh or TermKind.Phi => ReferenceEquals(Value, other.Value),
        _ => Equals(Value, other.Value),
    };

    static int ValueHash(TermKind kind, object? value) => value switch
    {
        null => 0,
        _ when kind is TermKind.Site or TermKind.Fresh or TermKind.Phi => RuntimeHelpers.GetHashCode(value),
        _ => value.GetHashCode(),
    };

    // Constants of different integral types compare equal in C#: `x == 0` is one fact whatever the type of x.
    static object? Normalize(object? value) => value switch
    {
        sbyte or byte or short or ushort or int or uint => Convert.ToInt64(value, null),
        ulong large when large <= long.MaxValue => (long)large,
        char c => (long)c,
        _ => value,
    };
}
