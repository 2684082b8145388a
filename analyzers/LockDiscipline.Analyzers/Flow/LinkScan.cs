using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>The objects that one member of a type puts into members of objects of that type: by assignment, into a collection, or by a constructor. By the look of the code.</summary>
internal sealed class LinkScan
{
    const string This = "this";

    readonly FlowHost _host;
    readonly INamedTypeSymbol _type;
    readonly SemanticModel _model;

    public LinkScan(FlowHost host, INamedTypeSymbol type, SyntaxNode member)
    {
        _host = host;
        _type = type;
        _model = host.Cache.Model(member.SyntaxTree);
        foreach (var node in member.DescendantNodes())
        {
            switch (node)
            {
                case AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax creation } } assignment:
                    Add(NameOf(creation), assignment.Left, assignment.Right);
                    break;
                case AssignmentExpressionSyntax assignment:
                    Add(assignment.Left is ElementAccessExpressionSyntax element ? element.Expression : assignment.Left, assignment.Right);
                    break;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var receiver } } call:
                    foreach (var argument in call.ArgumentList.Arguments)
                        Add(receiver, argument.Expression);
                    break;
                case BaseObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: > 0 } creation:
                    AddConstructed(creation);
                    break;
            }
        }
    }

    /// <summary>Whose member, which, and what is put there; objects by the names that they have in this code.</summary>
    public List<(string Owner, ISymbol Member, string Value)> Links { get; } = new();

    void Add(ExpressionSyntax place, ExpressionSyntax value)
    {
        switch (place)
        {
            case IdentifierNameSyntax:
                Add(This, place, value);
                break;
            case MemberAccessExpressionSyntax { Expression: var owner, Name: IdentifierNameSyntax name }:
                Add(NameOf(owner), name, value);
                break;
        }
    }

    void Add(string? owner, ExpressionSyntax member, ExpressionSyntax value)
    {
        if (owner is not null && NameOf(value) is { } put && owner != put && MemberOf(member) is { } symbol)
            Links.Add((owner, symbol, put));
    }

    // What the constructor does with its arguments.
    void AddConstructed(BaseObjectCreationExpressionSyntax creation)
    {
        if (NameOf(creation) is not { } made || !HasNamed(creation.ArgumentList!)
            || _model.GetSymbolInfo(creation, _host.Cancel).Symbol is not IMethodSymbol constructor || !SymbolEqualityComparer.Default.Equals(constructor.ContainingType.OriginalDefinition, _type)
            || constructor.DeclaringSyntaxReferences.IsEmpty || constructor.DeclaringSyntaxReferences[0].GetSyntax(_host.Cancel) is not ConstructorDeclarationSyntax code)
        {
            return;
        }

        var arguments = creation.ArgumentList!.Arguments;
        foreach (var node in code.DescendantNodes())
        {
            if (node is not AssignmentExpressionSyntax { Right: IdentifierNameSyntax from } assignment || assignment.Parent is InitializerExpressionSyntax)
                continue;
            for (int i = 0; i < arguments.Count && i < constructor.Parameters.Length; i++)
            {
                if (arguments[i].NameColon is null && constructor.Parameters[i].Name == from.Identifier.ValueText && NameOf(arguments[i].Expression) is { } given
                    && assignment.Left is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } && MemberOf(assignment.Left) is { } member)
                {
                    Links.Add((made, member, given));
                }
            }
        }
    }

    static bool HasNamed(ArgumentListSyntax arguments)
    {
        foreach (var argument in arguments.Arguments)
        {
            if (NameOf(argument.Expression) is not null)
                return true;
        }

        return false;
    }

    // An object goes by the variable that holds it; one that is made where it is used, by the place.
    static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        ThisExpressionSyntax => This,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        BaseObjectCreationExpressionSyntax { Parent: EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } } => variable.Identifier.ValueText,
        BaseObjectCreationExpressionSyntax { Parent: AssignmentExpressionSyntax { Left: IdentifierNameSyntax variable } } => variable.Identifier.ValueText,
        BaseObjectCreationExpressionSyntax creation => "new " + creation.SpanStart,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed => NameOf(suppressed.Operand),
        _ => null,
    };

    // A field or property of the type, as paths name it.
    ISymbol? MemberOf(ExpressionSyntax expression) =>
        _host.Cache.Model(expression.SyntaxTree).GetSymbolInfo(expression, _host.Cancel).Symbol is { IsStatic: false } and (IFieldSymbol or IPropertySymbol { IsIndexer: false }) and var symbol
        && SymbolEqualityComparer.Default.Equals(symbol.ContainingType?.OriginalDefinition, _type)
            ? _host.Contracts.Path(Contracts.Term.This, symbol).Symbol
            : null;
}
