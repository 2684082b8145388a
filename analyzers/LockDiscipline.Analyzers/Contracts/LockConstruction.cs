using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// Says what a lock object is from the expression that creates it, where its type alone does not:
/// <c>new SemaphoreSlim(1, 1)</c> is a lock and <c>new SemaphoreSlim(4)</c> is not, a reader-writer lock may be recursive.
/// </summary>
internal sealed class LockConstruction(ContractSet contracts)
{
    readonly ConcurrentDictionary<ISymbol, Answer> _fields = new(SymbolEqualityComparer.Default);
    readonly ConcurrentDictionary<(ISymbol Within, ISymbol Type), Answer> _madeWithin = new();

    /// <summary>The traits of the lock at <paramref name="path"/> of type <paramref name="type"/>; null where it is no lock.</summary>
    /// <param name="within">The type whose code is at hand: a value that comes from a collection was made there, if it was made there at all.</param>
    public LockTraits? Traits(Term path, ITypeSymbol? type, bool namedByContract, INamedTypeSymbol? within = null)
    {
        var traits = contracts.Traits(type);
        if (traits is null || type is null)
            return null;
        var conditions = Conditions(type);
        if (conditions is not { } conditional)
            return traits;
        var answer = Constructed(path, conditional);
        if (answer.IsLock is null && within is not null && path.Kind is TermKind.Site or TermKind.Phi or TermKind.Element)
            answer = MadeWithin(within.OriginalDefinition, type, conditional);
        if (conditional.When is not null && answer.IsLock != true && !namedByContract)
        {
            return answer.IsLock is null && path is { Kind: TermKind.Parameter, Symbol: IParameterSymbol }
                ? traits with { IsPresumed = true, Reentrant = answer.Reentrant ?? traits.Reentrant }
                : null;
        }

        return conditional.ReentrantWhen is null ? traits : traits with { Reentrant = answer.Reentrant };
    }

    /// <summary>Whether it takes more than the type to say what a lock of that type is.</summary>
    public bool IsAsked(ITypeSymbol type) => Conditions(type) is not null;

    /// <summary>With which arguments whoever constructs a lock of a type holds it; null where nobody does.</summary>
    public ConstructorCondition? HeldWhen(INamedTypeSymbol type)
    {
        foreach (var clause in contracts.Clauses(type.OriginalDefinition))
        {
            if (clause.Name == Vocabulary.Lock && clause.Text("HeldWhen") is { } text)
                return ConstructorCondition.Parse(text);
        }

        return null;
    }

    /// <summary>Whether an expression creates a lock by a name, which makes it the same lock as every other one of that name.</summary>
    public bool IsNamed(ExpressionSyntax expression)
    {
        if (expression is not BaseObjectCreationExpressionSyntax
            || Models.Of(contracts.Compilation, expression.SyntaxTree).GetOperation(expression) is not Microsoft.CodeAnalysis.Operations.IObjectCreationOperation { Type: INamedTypeSymbol type } creation)
        {
            return false;
        }

        foreach (var clause in contracts.Clauses(type.OriginalDefinition))
        {
            if (clause.Name != Vocabulary.Lock || clause.Text("NamedBy") is not { } name)
                continue;
            foreach (var argument in creation.Arguments)
            {
                if (argument.Parameter?.Name == name)
                    return argument.Value.ConstantValue is not { HasValue: true, Value: null };
            }
        }

        return false;
    }

    /// <summary>Whether the object at <paramref name="path"/> was constructed so, as far as its creation can be seen.</summary>
    public bool? Holds(Term path, ConstructorCondition condition) => Constructed(path, new Condition(condition, null)).IsLock;

    Answer Constructed(Term path, in Condition condition)
    {
        var symbol = path.Kind is TermKind.Member or TermKind.Static ? path.Symbol : null;
        if (symbol is null)
        {
            return path.Kind == TermKind.Fresh && path.Value is Microsoft.CodeAnalysis.Operations.IObjectCreationOperation creation
                ? Judge(creation, condition)
                : default;
        }

        return _fields.TryGetValue(symbol, out var answer) ? answer : _fields.GetOrAdd(symbol, Search(symbol, condition));
    }

    // All expressions that initialise the member must agree; one that cannot be seen leaves the question open.
    Answer Search(ISymbol member, in Condition condition)
    {
        Answer? found = null;
        // The source of another project is not this compilation's.
        if (!SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, contracts.Compilation.Assembly))
            return default;
        foreach (var reference in member.OriginalDefinition.DeclaringSyntaxReferences)
        {
            var initializer = reference.GetSyntax() switch
            {
                VariableDeclaratorSyntax variable => variable.Initializer?.Value,
                PropertyDeclarationSyntax property => property.Initializer?.Value,
                _ => null,
            };
            if (initializer is not null)
                Add(Judge(initializer, condition));
        }

        foreach (var reference in member.ContainingType.DeclaringSyntaxReferences)
        {
            foreach (var node in reference.GetSyntax().DescendantNodes())
            {
                if (node is AssignmentExpressionSyntax assignment && AssignedName(assignment.Left) == member.Name)
                    Add(Judge(assignment.Right, condition));
            }
        }

        return found ?? default;

        void Add(Answer answer) => found = found is null || found == answer ? answer : default(Answer);
    }

    // Every object of the lock's type that the code of a type creates.
    Answer MadeWithin(INamedTypeSymbol within, ITypeSymbol type, in Condition condition)
    {
        if (_madeWithin.TryGetValue((within, type.OriginalDefinition), out var known))
            return known;
        Answer? found = null;
        foreach (var reference in within.DeclaringSyntaxReferences)
        {
            foreach (var node in reference.GetSyntax().DescendantNodes())
            {
                if (node is ObjectCreationExpressionSyntax { Type: var written } && LastName(written) != type.Name || node is not BaseObjectCreationExpressionSyntax expression)
                    continue;
                if (Models.Of(contracts.Compilation, node.SyntaxTree).GetOperation(expression) is Microsoft.CodeAnalysis.Operations.IObjectCreationOperation creation
                    && SymbolEqualityComparer.Default.Equals(creation.Type?.OriginalDefinition, type.OriginalDefinition))
                {
                    var answer = Judge(creation, condition);
                    found = found is null || found == answer ? answer : default(Answer);
                }
            }
        }

        return _madeWithin.GetOrAdd((within, type.OriginalDefinition), found ?? default);
    }

    static string LastName(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };

    static string? AssignedName(ExpressionSyntax target) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access => access.Name.Identifier.ValueText,
        _ => null,
    };

    Answer Judge(ExpressionSyntax expression, in Condition condition)
    {
        var operation = Models.Of(contracts.Compilation, expression.SyntaxTree).GetOperation(expression);
        while (operation is Microsoft.CodeAnalysis.Operations.IConversionOperation conversion)
            operation = conversion.Operand;
        return operation is Microsoft.CodeAnalysis.Operations.IObjectCreationOperation creation ? Judge(creation, condition) : default;
    }

    static Answer Judge(Microsoft.CodeAnalysis.Operations.IObjectCreationOperation creation, in Condition condition) =>
        new(condition.When?.Holds(creation), condition.ReentrantWhen?.Holds(creation));

    Condition? Conditions(ITypeSymbol type)
    {
        foreach (var clause in contracts.Clauses(type.OriginalDefinition))
        {
            if (clause.Name != Vocabulary.Lock)
                continue;
            var when = ConstructorCondition.Parse(clause.Text("When"));
            var reentrant = ConstructorCondition.Parse(clause.Text("ReentrantWhen"));
            return when is null && reentrant is null ? null : new Condition(when, reentrant);
        }

        return null;
    }

    readonly record struct Condition(ConstructorCondition? When, ConstructorCondition? ReentrantWhen);

    readonly record struct Answer(bool? IsLock, bool? Reentrant);
}

/// <summary>A condition on constructor arguments, such as <c>initialCount == 1 &amp;&amp; maxCount == 1</c> or <c>options has 64</c>.</summary>
internal sealed class ConstructorCondition
{
    static readonly string[] Operators = ["==", " has "];

    readonly ImmutableArray<(string Parameter, long Value, bool IsFlag)> _terms;

    ConstructorCondition(ImmutableArray<(string, long, bool)> terms) => _terms = terms;

    public static ConstructorCondition? Parse(string? text)
    {
        if (text is null)
            return null;
        var terms = ImmutableArray.CreateBuilder<(string, long, bool)>();
        foreach (var part in text.Split('&'))
        {
            var sides = part.Split(Operators, System.StringSplitOptions.None);
            if (sides.Length == 2 && ValueOf(sides[1].Trim()) is { } value)
                terms.Add((sides[0].Trim(), value, part.IndexOf("==", System.StringComparison.Ordinal) < 0));
        }

        return new ConstructorCondition(terms.ToImmutable());
    }

    static long? ValueOf(string text) => text switch
    {
        "true" => 1,
        "false" => 0,
        _ => long.TryParse(text, out var value) ? value : null,
    };

    static long? ValueOf(object? constant) => constant is bool flag ? flag ? 1 : 0 : Term.Constant(constant).Value as long?;

    /// <summary>Whether it holds for a creation; null where an argument is not a constant. A parameter that the constructor lacks fails it.</summary>
    public bool? Holds(Microsoft.CodeAnalysis.Operations.IObjectCreationOperation creation)
    {
        bool? holds = true;
        foreach (var (parameter, value, isFlag) in _terms)
        {
            bool found = false;
            foreach (var argument in creation.Arguments)
            {
                if (argument.Parameter?.Name != parameter)
                    continue;
                found = true;
                var constant = argument.Value.ConstantValue;
                if (!constant.HasValue)
                    holds = null;
                else if (ValueOf(constant.Value) is not { } actual || (isFlag ? actual & value : actual) != value)
                    return false;
            }

            if (!found)
                return false;
        }

        return holds;
    }
}
