using System.Collections.Immutable;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK9001: a contract names what is not there, or what is no lock. Stands inside the string, or on the line of a contract file.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LCK9001ContractDoesNotBind : DiagnosticAnalyzer
{
    internal static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK9001",
        RuleDescriptor.Contracts,
        "Contract does not bind",
        "The contract does not bind: {0}",
        "A lock expression names something that does not exist where it stands, is not a lock, or belongs to another kind of member; such a contract constrains nobody.");

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rule);

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            var contracts = new ContractSet(start.Compilation, ImmutableArray<ContractFile>.Empty);
            var order = new DeclaredOrder(contracts);
            start.RegisterSyntaxNodeAction(node => Check(node, contracts, order), SyntaxKind.Attribute);
            start.RegisterAdditionalFileAction(static file => CheckFile(file));
        });
    }

    static void Check(SyntaxNodeAnalysisContext context, ContractSet contracts, DeclaredOrder order)
    {
        var syntax = (AttributeSyntax)context.Node;
        var name = AttributeSyntaxes.NameOf(syntax);
        if (!(Vocabulary.TakingLocks.Contains(name) || name is Vocabulary.LockedVariant or Vocabulary.NearestMatch or Vocabulary.RequiresTest or Vocabulary.AssignedWhenReturns))
            return;
        foreach (var target in Targets(context, syntax))
        {
            if (EventFields.IsOnOne(syntax))
            {
                if (Clause.TryRead(context.SemanticModel, syntax, context.CancellationToken) is { } written)
                    Check(context, contracts, order, syntax, target, written);
                continue;
            }

            foreach (var attribute in AttributesOf(target))
            {
                if (attribute.ApplicationSyntaxReference is not { } reference || reference.SyntaxTree != syntax.SyntaxTree || reference.Span != syntax.Span)
                    continue;
                if (Clause.TryRead(attribute) is { } clause)
                    Check(context, contracts, order, syntax, target, clause);
            }
        }
    }

    static System.Collections.Generic.IEnumerable<ISymbol> Targets(SyntaxNodeAnalysisContext context, AttributeSyntax attribute)
    {
        var owner = attribute.Parent?.Parent;
        var specifier = (attribute.Parent as AttributeListSyntax)?.Target?.Identifier.ValueText;
        if (owner is BaseFieldDeclarationSyntax field)
        {
            // One attribute on `int a, b;` stands on both; telling it once is enough.
            if (context.SemanticModel.GetDeclaredSymbol(field.Declaration.Variables[0], context.CancellationToken) is { } variable)
                yield return variable;
            yield break;
        }

        var symbol = owner is AnonymousFunctionExpressionSyntax
            ? context.SemanticModel.GetSymbolInfo(owner, context.CancellationToken).Symbol
            : owner is null ? null : context.SemanticModel.GetDeclaredSymbol(owner, context.CancellationToken);
        if (symbol is null)
            yield break;
        if (specifier == "field" && symbol is IPropertySymbol property)
        {
            foreach (var member in property.ContainingType.GetMembers())
            {
                if (member is IFieldSymbol { AssociatedSymbol: { } associated } backing && SymbolEqualityComparer.Default.Equals(associated, property))
                    yield return backing;
            }

            yield break;
        }

        yield return symbol;
        if (specifier == "return" && symbol is INamedTypeSymbol { DelegateInvokeMethod: { } invoke })
            yield return invoke;
    }

    static System.Collections.Generic.IEnumerable<AttributeData> AttributesOf(ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
            yield return attribute;
        if (symbol is IMethodSymbol method)
        {
            foreach (var attribute in method.GetReturnTypeAttributes())
                yield return attribute;
        }
    }

    static void Check(SyntaxNodeAnalysisContext context, ContractSet contracts, DeclaredOrder order, AttributeSyntax syntax, ISymbol target, Clause clause)
    {
        int position = 0;
        bool isValue = clause.Name == Vocabulary.AssignedWhenReturns;
        foreach (var argument in syntax.ArgumentList?.Arguments ?? default)
        {
            if (isValue)
            {
                // The returned value, which may be a string itself.
                isValue = false;
                position = clause.Attribute is { ConstructorArguments: { Length: > 0 } arguments } && arguments[0] is { Kind: not TypedConstantKind.Array, Value: string } ? 1 : 0;
                continue;
            }

            if (argument.NameEquals is not null || position >= clause.Expressions.Length)
                continue;
            var text = clause.Expressions[position++];
            var error = clause.Name switch
            {
                Vocabulary.LockedVariant => MethodNamed(target, text),
                Vocabulary.NearestMatch => ParameterNamed(target, text),
                Vocabulary.RequiresTest => new ConditionBinder(contracts.Paths).Bind(text, target).Error,
                Vocabulary.AssignedWhenReturns => contracts.Paths.BindValue(text, target).Error,
                _ => contracts.Paths.Bind(text, target).Error ?? WrongTarget(clause, target, text) ?? Contradiction(order, clause, target, text),
            };
            if (error is null)
                continue;
            var properties = ImmutableDictionary<string, string?>.Empty;
            if (error.Nearest.Length > 0)
                properties = properties.Add(DiagnosticProperties.Nearest, error.Nearest[0]);
            context.ReportDiagnostic(Diagnostic.Create(Rule, Inside(argument.Expression, text, error), properties, error.Message));
        }
    }

    // A contract that makes no sense on this member, whatever it names.
    static BindingError? WrongTarget(Clause clause, ISymbol target, string text) => clause.Name switch
    {
        Vocabulary.TryAcquiresLock when target is IMethodSymbol { ReturnsVoid: true } =>
            new BindingError(0, clause.Expressions[0].Length, "a method that returns nothing cannot say whether it acquired the lock"),
        // In a contract on a delegate type, too: it speaks of its Invoke.
        Vocabulary.RequiresLock or Vocabulary.ExcludesLock or Vocabulary.ReleasesLock or Vocabulary.ReleasesTemporarily or Vocabulary.DowngradesLock or Vocabulary.UpgradesLock
            when target is IMethodSymbol { MethodKind: not MethodKind.Constructor } or INamedTypeSymbol && IsReturned(text) =>
            new BindingError(0, "return".Length, "what is returned is not there yet when the method is called, and nobody holds its lock"),
        Vocabulary.TargetGuardedBy when TypeOf(target) is { IsValueType: true } type =>
            new BindingError(0, clause.Expressions[0].Length, $"'{type.Name}' is a value: there is no object behind it to guard"),
        _ => null,
    };

    static bool IsReturned(string text) => LockExpression.TryParse(text, out _) is { Parts: { IsEmpty: false } parts } && parts[0].Text == "return";

    static BindingError? Contradiction(DeclaredOrder order, Clause clause, ISymbol target, string text) =>
        clause.Name is Vocabulary.AcquiredAfter or Vocabulary.AcquiredBefore && target.ContainingType is { } type
        && order.Contradiction(type, target, text, clause.Name == Vocabulary.AcquiredAfter) is { } words
            ? new BindingError(0, text.Length, words)
            : null;

    static ITypeSymbol? TypeOf(ISymbol target) => target switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    static BindingError? MethodNamed(ISymbol target, string name)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        for (var type = target.ContainingType; type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary })
                    continue;
                if (member.Name == name)
                    return null;
                names.Add(member.Name);
            }
        }

        return NotFound(name, names.ToImmutable(), "method");
    }

    static BindingError? ParameterNamed(ISymbol target, string name)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var parameter in ParameterMap.Parameters(target))
        {
            if (parameter.Name == name)
                return null;
            names.Add(parameter.Name);
        }

        return NotFound(name, names.ToImmutable(), "parameter");
    }

    static BindingError NotFound(string name, ImmutableArray<string> names, string kind)
    {
        var nearest = NearestName.Of(name, names);
        return nearest is null
            ? new BindingError(0, name.Length, $"there is no {kind} '{name}'")
            : new BindingError(0, name.Length, $"there is no {kind} '{name}'; did you mean '{nearest}'?", ImmutableArray.Create(nearest));
    }

    // The characters of a plain literal correspond to those of its value; of any other expression the whole is marked.
    static Location Inside(ExpressionSyntax expression, string text, BindingError error)
    {
        if (expression is LiteralExpressionSyntax { Token: { Text: var written } token } && written == "\"" + text + "\"")
        {
            int start = token.SpanStart + 1 + System.Math.Min(error.Start, text.Length);
            int length = System.Math.Min(error.Length, token.Span.End - 1 - start);
            return Location.Create(expression.SyntaxTree, length > 0 ? new TextSpan(start, length) : token.Span);
        }

        return expression.GetLocation();
    }

    static void CheckFile(AdditionalFileAnalysisContext context)
    {
        if (!ContractFiles.IsContractFile(context.AdditionalFile) || context.AdditionalFile.GetText(context.CancellationToken) is not { } text)
            return;
        var file = ContractFile.Parse(text);
        foreach (var error in file.Errors)
            Report(context, text, error.Line, error.Problem);
        foreach (var entry in file.Entries)
        {
            if (ContractTargets.Check(context.Compilation, entry, context.CancellationToken) is { } problem)
                Report(context, text, entry.Line, problem);
        }
    }

    static void Report(AdditionalFileAnalysisContext context, SourceText text, int line, LineProblem problem)
    {
        var span = text.Lines[line].Span;
        var location = Location.Create(context.AdditionalFile.Path, span, text.Lines.GetLinePositionSpan(span));
        var properties = ImmutableDictionary<string, string?>.Empty;
        if (problem.Nearest is not null)
            properties = properties.Add(DiagnosticProperties.Nearest, problem.Nearest).Add(DiagnosticProperties.What, problem.Name);
        context.ReportDiagnostic(Diagnostic.Create(Rule, location, properties, problem.Message));
    }
}
