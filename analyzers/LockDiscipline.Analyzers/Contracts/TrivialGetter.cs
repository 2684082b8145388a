using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// Reads a getter or method that does nothing but return another path, such as <c>object Sync =&gt; _gate;</c> or
/// <c>object LockOf(int key) =&gt; _locks[key % 8];</c>.
/// </summary>
internal static class TrivialGetter
{
    /// <summary>The path returned, seen from the member's owner and parameters; null for a member that does more, or can be overridden.</summary>
    public static Term? Read(ContractSet contracts, ISymbol member)
    {
        return member.IsVirtual || member.IsOverride || member.IsAbstract ? null : ReadOwn(contracts, member);
    }

    /// <summary>The same, as the type's own code sees it: whatever may override it.</summary>
    public static Term? ReadOwn(ContractSet contracts, ISymbol member)
    {
        if (member is IPropertySymbol { IsIndexer: true } or IMethodSymbol { IsAsync: true } || member.IsAbstract)
            return null;
        // The source of another project is not this compilation's.
        if (!SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, contracts.Compilation.Assembly))
            return null;
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            if (Returned(reference.GetSyntax()) is { } expression && (IsPath(expression) || (member is IMethodSymbol { ReturnType.IsValueType: true } && IsKey(expression))))
            {
                // A constant is the whole answer of a stub more often than it is a name for something.
                var path = Path(contracts, Models.Of(contracts.Compilation, expression.SyntaxTree), expression);
                return path is { IsConstant: true } ? null : path;
            }
        }

        return null;
    }

    /// <summary>Whether a getter makes a new object whenever it is read.</summary>
    public static bool ReturnsNew(IPropertySymbol property)
    {
        foreach (var reference in property.DeclaringSyntaxReferences)
        {
            if (Returned(reference.GetSyntax()) is BaseObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax)
                return true;
        }

        return false;
    }

    static ExpressionSyntax? Returned(SyntaxNode declaration)
    {
        switch (declaration)
        {
            case PropertyDeclarationSyntax { ExpressionBody: { } body }:
                return body.Expression;
            case MethodDeclarationSyntax { ExpressionBody: { } body }:
                return body.Expression;
            case MethodDeclarationSyntax { Body: { } block }:
                return Returned(block);
            case PropertyDeclarationSyntax { AccessorList: { } accessors }:
                foreach (var accessor in accessors.Accessors)
                {
                    if (accessor.Keyword.ValueText == "get")
                        return accessor.ExpressionBody?.Expression ?? Returned(accessor.Body);
                }

                return null;
            default:
                return null;
        }
    }

    static ExpressionSyntax? Returned(BlockSyntax? block) =>
        block is { Statements.Count: 1 } && block.Statements[0] is ReturnStatementSyntax { Expression: { } returned } ? returned : null;

    // A look at the text, so that few members need a model.
    static bool IsPath(ExpressionSyntax expression) => Bare(expression) switch
    {
        IdentifierNameSyntax or ThisExpressionSyntax or BaseExpressionSyntax => true,
        MemberAccessExpressionSyntax access => IsPath(access.Expression),
        ElementAccessExpressionSyntax { ArgumentList.Arguments.Count: 1 } element => IsPath(element.Expression) && IsKey(element.ArgumentList.Arguments[0].Expression),
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax } => true,
        _ => false,
    };

    static bool IsKey(ExpressionSyntax expression) => Bare(expression) switch
    {
        LiteralExpressionSyntax => true,
        BinaryExpressionSyntax binary => IsKey(binary.Left) && IsKey(binary.Right),
        var other => IsPath(other),
    };

    /// <summary>The expression without what changes nothing about which object it is.</summary>
    public static ExpressionSyntax Bare(ExpressionSyntax expression)
    {
        while (true)
        {
            switch (expression)
            {
                case ParenthesizedExpressionSyntax parenthesized:
                    expression = parenthesized.Expression;
                    break;
                case RefExpressionSyntax reference:
                    expression = reference.Expression;
                    break;
                // Where it returns, it returns that.
                case BinaryExpressionSyntax { Right: ThrowExpressionSyntax } orThrow when orThrow.IsKind(SyntaxKind.CoalesceExpression):
                    expression = orThrow.Left;
                    break;
                case PostfixUnaryExpressionSyntax suppressed when suppressed.IsKind(SyntaxKind.SuppressNullableWarningExpression):
                    expression = suppressed.Operand;
                    break;
                default:
                    return expression;
            }
        }
    }

    /// <summary>The path that an expression in a member is, seen from the receiver and the parameters; null where it is none.</summary>
    public static Term? Path(ContractSet contracts, SemanticModel model, ExpressionSyntax expression)
    {
        expression = Bare(expression);
        switch (expression)
        {
            case ThisExpressionSyntax or BaseExpressionSyntax:
                return Term.This;
            case LiteralExpressionSyntax:
                return Term.Constant(model.GetConstantValue(expression).Value);
            case ElementAccessExpressionSyntax element:
                return Path(contracts, model, element.Expression) is { } collection && Path(contracts, model, element.ArgumentList.Arguments[0].Expression) is { } key
                    ? Term.Element(collection, key)
                    : null;
            case BinaryExpressionSyntax binary when model.GetOperation(binary) is IBinaryOperation { OperatorMethod: null } operation:
                return Path(contracts, model, binary.Left) is { } left && Path(contracts, model, binary.Right) is { } right
                    ? Term.Arithmetic(operation.OperatorKind, left, right)
                    : null;
            case InvocationExpressionSyntax invocation:
                return Called(contracts, model, invocation);
        }

        var member = model.GetSymbolInfo(expression).Symbol;
        if (member is IParameterSymbol { RefKind: RefKind.None } parameter)
            return Term.Parameter(parameter.OriginalDefinition);
        if (model.GetConstantValue(expression) is { HasValue: true } constant)
            return Term.Constant(constant.Value);
        if (member is not (IFieldSymbol or IPropertySymbol { IsIndexer: false }))
            return null;
        if (member.IsStatic)
            return contracts.Path(Term.This, member);
        var owner = expression is MemberAccessExpressionSyntax access ? Path(contracts, model, access.Expression) : Term.This;
        return owner is null ? null : contracts.Path(owner, member);
    }

    // What another such method returns, for the arguments at hand.
    static Term? Called(ContractSet contracts, SemanticModel model, InvocationExpressionSyntax invocation)
    {
        if (model.GetOperation(invocation) is not IInvocationOperation call || contracts.ReturnedPath(call.TargetMethod) is not { } path)
            return null;
        var receiver = call.TargetMethod.IsStatic ? null
            : call.Instance is { IsImplicit: false, Syntax: ExpressionSyntax written } ? Path(contracts, model, written)
            : Term.This;
        return path.Substitute(root => root.Kind == TermKind.This ? receiver : Argument(root));

        Term? Argument(Term root)
        {
            foreach (var argument in call.Arguments)
            {
                if (SymbolEqualityComparer.Default.Equals(argument.Parameter?.OriginalDefinition, root.Symbol) && argument.Value.Syntax is ExpressionSyntax value)
                    return Path(contracts, model, value);
            }

            return null;
        }
    }
}
