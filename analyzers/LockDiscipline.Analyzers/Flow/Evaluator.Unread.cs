using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

// Sequences that are made here and read elsewhere.
internal sealed partial class Evaluator
{
    // The code of an iterator runs when it is read: not here, where it is returned or put away.
    bool IsUnread(IOperation site, IMethodSymbol callee)
    {
        if (callee.ReturnType.Name is not ("IEnumerable" or "IEnumerator" or "IAsyncEnumerable" or "IAsyncEnumerator") || callee.DeclaringSyntaxReferences.IsEmpty || !_host.IsOfThis(callee))
            return false;
        // A query over it reads it no sooner than it is read itself.
        while (site.Parent is IArgumentOperation { Parent: IInvocationOperation query } && Contracts.Of(query.TargetMethod.OriginalDefinition).RunsWhenRead)
            site = query;
        var value = site.Syntax;
        while (value.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax or PostfixUnaryExpressionSyntax)
            value = value.Parent;
        bool isPutAway = value.Parent switch
        {
            ReturnStatementSyntax or ArrowExpressionClauseSyntax => _body.Method is not null,
            AnonymousFunctionExpressionSyntax lambda => lambda.Body == value,
            AssignmentExpressionSyntax assignment => assignment.Right == value && _host.Cache.Model(value.SyntaxTree).GetSymbolInfo(assignment.Left, _host.Cancel).Symbol is IFieldSymbol or IPropertySymbol,
            ExpressionStatementSyntax => true,
            _ => false,
        };
        return isPutAway && Iterators.Is(_host, callee);
    }
}
