using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Tells whether a method does nothing with an argument but test it: compares its members, or asks a containment test. Asked only for nearest matches.</summary>
internal static class NearestTests
{
    /// <param name="mayBeNull">The match was not tested for null: the method has to do that, too.</param>
    public static bool IsTest(FlowHost host, IMethodSymbol callee, Body caller, IParameterSymbol parameter, bool mayBeNull)
    {
        callee = callee.OriginalDefinition;
        if (callee.ReturnType.SpecialType != SpecialType.System_Boolean || !host.HasFixedCode(callee) || host.GraphOf(callee, caller.Graph) is not { } graph)
            return false;
        bool tests = false, testsNull = false;
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                if (!OnlyTests(host, operation, parameter, ref tests, ref testsNull))
                    return false;
            }

            if (block.BranchValue is { } value && !OnlyTests(host, value, parameter, ref tests, ref testsNull))
                return false;
        }

        return tests && (testsNull || !mayBeNull);
    }

    static bool OnlyTests(FlowHost host, IOperation operation, IParameterSymbol parameter, ref bool tests, ref bool testsNull)
    {
        if (operation is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, parameter))
        {
            if (IsCompared(host, reference))
                tests = true;
            else if (IsNullTest(reference))
                testsNull = true;
            else
                return false;
        }

        foreach (var child in operation.ChildOperations)
        {
            if (!OnlyTests(host, child, parameter, ref tests, ref testsNull))
                return false;
        }

        return true;
    }

    static bool IsNullTest(IOperation match) =>
        match.Parent is IIsNullOperation or IFlowCaptureOperation or IIsPatternOperation or IConversionOperation { Parent: IBinaryOperation } or IBinaryOperation;

    /// <summary>A member of the match is part of a comparison, or the match is asked for its containment.</summary>
    public static bool IsCompared(FlowHost host, IOperation match)
    {
        var parent = match.Parent;
        while (parent is IConversionOperation)
            parent = parent.Parent;
        if (parent is IInvocationOperation call)
            return host.Contracts.Of(call.TargetMethod).Protocol is { IsContainmentTest: true };
        if (parent is not IMemberReferenceOperation member)
            return false;
        if (host.Contracts.Of(member.Member).Protocol is { IsContainmentTest: true })
            return true;
        var whole = parent.Parent;
        while (whole is IMemberReferenceOperation or IConversionOperation or IParenthesizedOperation or IArgumentOperation || whole is IBinaryOperation && !IsComparison(whole) || IsOrder(whole))
            whole = whole!.Parent;
        return whole is IFlowCaptureOperation ? IsComparedLater(member.Syntax) : IsComparison(whole);
    }

    // Kept until the rest of the expression is known, which is a comparison.
    static bool IsComparedLater(SyntaxNode member)
    {
        for (var at = member.Parent; at is ExpressionSyntax; at = at.Parent)
        {
            if (at.Kind() is SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression or SyntaxKind.IsPatternExpression)
                return true;
        }

        return false;
    }

    // A call that says by the sign of a number which of two values comes first.
    static bool IsOrder(IOperation? operation) =>
        operation is IInvocationOperation { Type.SpecialType: SpecialType.System_Int32, Parent: IBinaryOperation { RightOperand.ConstantValue: { HasValue: true, Value: 0 or 1 or -1 } } sign } && IsComparison(sign);

    public static bool IsComparison(IOperation? operation) =>
        operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual };
}
