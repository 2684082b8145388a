using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>What happens to a field once its object is made.</summary>
internal enum LaterWrites : byte
{
    None,

    /// <summary>
    /// It gets its first value then: by one assignment that nothing but a call of its method leads to, a constructor in two steps; by calls that set it only if nobody has; or
    /// where it is null, under another lock. Or a lock that has a name, by which all of them are one.
    /// </summary>
    First,

    /// <summary>It is set to null, and gets no other value.</summary>
    Cleared,

    /// <summary>It gets another value.</summary>
    Another,
}

/// <summary>Says whether a field gets another value once its object is made. Asked of fields that are locks, of which there are few.</summary>
internal static class FieldWrites
{
    /// <summary>How code of this compilation assigns the field outside of the constructors of its type, or passes it by reference.</summary>
    public static LaterWrites Of(FlowHost host, IFieldSymbol field) =>
        host.Cache.LaterWrites.Of(host, field.OriginalDefinition, static (host, field) => Search(host, (IFieldSymbol)field));

    static LaterWrites Search(FlowHost host, IFieldSymbol field)
    {
        IdentifierNameSyntax? first = null;
        bool hasValue = HasInitializer(field, host);
        bool isCleared = false, isSetOnce = false, isNamed = false;
        foreach (var (tree, span) in host.Rests.OnAllMentioning(field.Name))
        {
            foreach (var node in tree.GetRoot(host.Cancel).DescendantNodes(span, node => node.Span.IntersectsWith(span)))
            {
                if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != field.Name || !span.Contains(name.Span) || !IsWritten(name)
                    || !SymbolEqualityComparer.Default.Equals(host.Cache.Model(tree).GetSymbolInfo(name, host.Cancel).Symbol?.OriginalDefinition, field))
                {
                    continue;
                }

                // What is taken away is no other lock.
                if (IsCleared(name))
                    isCleared = true;
                else if (IsInConstructor(name, field))
                    hasValue = true;
                else if (IsSetOnce(host, name) || IsMadeUnderLock(name))
                    isSetOnce = true;
                else if (IsNamed(host, name))
                    isNamed = true;
                else if (first is null && IsFirst(name))
                    first = name;
                else
                    return LaterWrites.Another;
            }
        }

        if (isSetOnce)
            return first is null && !hasValue ? LaterWrites.First : LaterWrites.Another;
        if (isNamed)
            return first is null ? LaterWrites.First : LaterWrites.Another;
        return first is null ? (isCleared ? LaterWrites.Cleared : LaterWrites.None) : hasValue ? LaterWrites.Another : LaterWrites.First;
    }

    static bool HasInitializer(IFieldSymbol field, FlowHost host)
    {
        foreach (var reference in field.DeclaringSyntaxReferences)
        {
            if (!(reference.GetSyntax(host.Cancel) is VariableDeclaratorSyntax variable && IsNothing(variable.Initializer?.Value)))
                return true;
        }

        return false;
    }

    // `null!` holds the place of a value that is to come.
    static bool IsNothing(ExpressionSyntax? value) => value switch
    {
        null => true,
        PostfixUnaryExpressionSyntax suppressed => IsNothing(suppressed.Operand),
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.NullLiteralExpression) || literal.IsKind(SyntaxKind.DefaultLiteralExpression),
        _ => false,
    };

    // A statement of its own that each run of a method comes by, and the only place there that names the field.
    static bool IsFirst(IdentifierNameSyntax name)
    {
        ExpressionSyntax place = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access : name;
        if (place.Parent is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment || assignment.Left != place)
            return false;
        var method = assignment.Parent is ArrowExpressionClauseSyntax arrow ? arrow.Parent
            : assignment.Parent is ExpressionStatementSyntax { Parent: BlockSyntax block } ? block.Parent
            : null;
        while (method is LockStatementSyntax { Parent: BlockSyntax { Parent: var around } } section && !IsNamed(section.Expression, name.Identifier.ValueText))
            method = around;
        if (method is not MethodDeclarationSyntax)
            return false;
        foreach (var node in method.DescendantNodes())
        {
            if (node is IdentifierNameSyntax other && other != name && other.Identifier.ValueText == name.Identifier.ValueText && !(other.SpanStart > name.SpanStart && IsSetUp(other)))
                return false;
        }

        return true;
    }

    // `field = new T(); field.Property = value;`
    static bool IsSetUp(IdentifierNameSyntax name)
    {
        ExpressionSyntax place = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own ? own : name;
        return place.Parent is MemberAccessExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } access && access.Expression == place && assignment.Left == access;
    }

    static bool IsWritten(IdentifierNameSyntax name)
    {
        ExpressionSyntax place = name;
        while (place.Parent is MemberAccessExpressionSyntax access && access.Name == place)
            place = access;
        return place.Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left == place && assignment.Parent is not InitializerExpressionSyntax,
            ArgumentSyntax argument => argument.RefOrOutKeyword.IsKind(SyntaxKind.RefKeyword) || argument.RefOrOutKeyword.IsKind(SyntaxKind.OutKeyword)
                || argument.Parent is TupleExpressionSyntax { Parent: AssignmentExpressionSyntax tuple } && tuple.Left == argument.Parent,
            RefExpressionSyntax => true,
            _ => false,
        };
    }

    // `field = null`, and `Interlocked.Exchange(ref field, null)`.
    static bool IsCleared(IdentifierNameSyntax name)
    {
        ExpressionSyntax place = name;
        while (place.Parent is MemberAccessExpressionSyntax access && access.Name == place)
            place = access;
        switch (place.Parent)
        {
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment:
                return IsNothing(assignment.Right);
            case ArgumentSyntax { Parent: ArgumentListSyntax { Arguments: { Count: > 1 } arguments } } argument when argument.RefOrOutKeyword.IsKind(SyntaxKind.RefKeyword):
                foreach (var other in arguments)
                {
                    if (other != argument && !IsNothing(other.Expression))
                        return false;
                }

                return true;
            default:
                return false;
        }
    }

    // A call that gives it a value only if nobody has, as an exchange does that compares with null.
    static bool IsSetOnce(FlowHost host, IdentifierNameSyntax name)
    {
        ExpressionSyntax place = name;
        while (place.Parent is MemberAccessExpressionSyntax access && access.Name == place)
            place = access;
        if (place.Parent is not ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } list }
            || host.Cache.Model(name.SyntaxTree).GetSymbolInfo(call, host.Cancel).Symbol is not IMethodSymbol method
            || host.Contracts.Of(method.OriginalDefinition).SetsFirst is not { } nothing)
        {
            return false;
        }

        for (int i = 0; i < list.Arguments.Count; i++)
        {
            var argument = list.Arguments[i];
            var parameter = argument.NameColon?.Name.Identifier.ValueText ?? (i < method.Parameters.Length ? method.Parameters[i].Name : "");
            if (parameter == nothing)
                return IsNothing(argument.Expression);
        }

        return nothing.Length == 0;
    }

    static bool IsNamed(FlowHost host, IdentifierNameSyntax name)
    {
        ExpressionSyntax place = name;
        while (place.Parent is MemberAccessExpressionSyntax access && access.Name == place)
            place = access;
        return place.Parent is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment && assignment.Left == place && host.Contracts.Construction.IsNamed(assignment.Right);
    }

    // Whoever comes second waits for that other lock, and then finds what the first one made.
    static bool IsMadeUnderLock(IdentifierNameSyntax name)
    {
        ExpressionSyntax place = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access : name;
        if (place.Parent is not AssignmentExpressionSyntax assignment || assignment.Left != place)
            return false;
        bool isTested = assignment.IsKind(SyntaxKind.CoalesceAssignmentExpression);
        if (!isTested && !assignment.IsKind(SyntaxKind.SimpleAssignmentExpression))
            return false;
        for (SyntaxNode node = assignment; node.Parent is { } parent and not (MemberDeclarationSyntax or AccessorDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax); node = parent)
        {
            switch (parent)
            {
                case IfStatementSyntax test:
                    isTested |= node == test.Statement && TestsForNull(test.Condition, name.Identifier.ValueText);
                    break;
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } choice:
                    isTested |= node == choice.Right && IsNamed(choice.Left, name.Identifier.ValueText);
                    break;
                case LockStatementSyntax section when isTested && node == section.Statement:
                    return !IsNamed(section.Expression, name.Identifier.ValueText);
            }
        }

        return false;
    }

    static bool TestsForNull(ExpressionSyntax condition, string name) => condition switch
    {
        ParenthesizedExpressionSyntax inner => TestsForNull(inner.Expression, name),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both => TestsForNull(both.Left, name) || TestsForNull(both.Right, name),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } test => (IsNamed(test.Left, name) && IsNothing(test.Right)) || (IsNamed(test.Right, name) && IsNothing(test.Left)),
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax pattern } test => IsNamed(test.Expression, name) && IsNothing(pattern.Expression),
        _ => false,
    };

    static bool IsNamed(ExpressionSyntax place, string name) => place switch
    {
        IdentifierNameSyntax plain => plain.Identifier.ValueText == name,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText == name,
        _ => false,
    };

    static bool IsInConstructor(IdentifierNameSyntax name, IFieldSymbol field)
    {
        for (SyntaxNode? node = name; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax:
                    return false;
                case ConstructorDeclarationSyntax constructor:
                    return constructor.Identifier.ValueText == field.ContainingType.Name && constructor.Modifiers.Any(SyntaxKind.StaticKeyword) == field.IsStatic;
            }
        }

        return false;
    }
}
