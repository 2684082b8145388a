using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK9002: an override or implementation requires more, or promises less, than what it overrides. Stands at its name, once.</summary>
/// <remarks>Only where attributes are: what states nothing inherits, and cannot differ.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LCK9002WeakerOverride : DiagnosticAnalyzer
{
    internal static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK9002",
        RuleDescriptor.Contracts,
        "Override weakens the contract",
        "'{0}' {1}, unlike '{2}'",
        "An override or implementation states a contract that requires more of callers, or promises them less, than the member that they may call it through.");

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rule);

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            var contracts = new ContractSet(start.Compilation, ContractFiles.Read(start.Options, start.CancellationToken));
            // Not on attributes: an editor drops what is reported outside of the node at hand.
            start.RegisterSyntaxNodeAction(
                node => Check(node, contracts),
                SyntaxKind.MethodDeclaration,
                SyntaxKind.PropertyDeclaration,
                SyntaxKind.IndexerDeclaration,
                SyntaxKind.EventDeclaration,
                SyntaxKind.OperatorDeclaration,
                SyntaxKind.ConversionOperatorDeclaration);
        });
    }

    static void Check(SyntaxNodeAnalysisContext context, ContractSet contracts)
    {
        var member = (MemberDeclarationSyntax)context.Node;
        if (member.Parent is not TypeDeclarationSyntax || !AttributeSyntaxes.HasAny(member) || !StatesSomething(member))
            return;
        foreach (var symbol in MethodsOf(context.SemanticModel.GetDeclaredSymbol(member, context.CancellationToken)))
        {
            if (Find(contracts, symbol) is not var (inherited, points))
                continue;
            var named = symbol.AssociatedSymbol ?? symbol;
            var above = inherited is IMethodSymbol { AssociatedSymbol: { } owner } ? owner : inherited;
            var finding = new Finding(Rule, NameOf(member).GetLocation(), ImmutableArray.Create<object>(ShortName(named), string.Join("; ", points), $"{above.ContainingType.Name}.{ShortName(above)}"))
            {
                Related = InSource(above),
                RelatedIs = "overridden here",
            };
            context.ReportDiagnostic(finding.ToDiagnostic());
            return;
        }
    }

    /// <summary>The methods of a member: itself, or its accessors.</summary>
    internal static IEnumerable<IMethodSymbol> MethodsOf(ISymbol? member)
    {
        switch (member)
        {
            case IMethodSymbol method:
                yield return method;
                break;
            case IPropertySymbol property:
                if (property.GetMethod is { } getter)
                    yield return getter;
                if (property.SetMethod is { } setter)
                    yield return setter;
                break;
            case IEventSymbol { AddMethod: { } adder, RemoveMethod: { } remover }:
                yield return adder;
                yield return remover;
                break;
        }
    }

    /// <summary>The first overridden or implemented method whose contract is weakened, and in which points; null where none is.</summary>
    internal static (ISymbol Inherited, IReadOnlyList<string> Points)? Find(ContractSet contracts, IMethodSymbol method)
    {
        var own = contracts.StatedOf(method);
        foreach (var inherited in ContractSet.Inherited(method))
        {
            var points = new List<string>();
            var above = contracts.InheritedFrom(inherited, method);
            if (!own.IsNone)
                points.AddRange(Weakening.Of(own, above, above.IsNone && contracts.IsFramework(inherited)));
            var parameters = ParameterMap.Parameters(inherited.OriginalDefinition);
            for (int i = 0; i < method.Parameters.Length && parameters.Length == method.Parameters.Length; i++)
                points.AddRange(Weakening.OfParameter(method.Parameters[i].Name, contracts.StatedOf(method.Parameters[i]), contracts.Of(parameters[i])));
            if (points.Count > 0)
                return (inherited, points);
        }

        return null;
    }

    static bool StatesSomething(MemberDeclarationSyntax member)
    {
        foreach (var attribute in AttributeSyntaxes.On(member))
        {
            if (Vocabulary.All.Contains(AttributeSyntaxes.NameOf(attribute)))
                return true;
        }

        return false;
    }

    static SyntaxToken NameOf(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier,
        PropertyDeclarationSyntax property => property.Identifier,
        IndexerDeclarationSyntax indexer => indexer.ThisKeyword,
        EventDeclarationSyntax @event => @event.Identifier,
        OperatorDeclarationSyntax op => op.OperatorToken,
        ConversionOperatorDeclarationSyntax conversion => conversion.OperatorKeyword,
        _ => member.GetFirstToken(),
    };

    // An explicit implementation has the interface in its name; an operator is called by its sign.
    static string ShortName(ISymbol member)
    {
        var name = member.Name.Substring(member.Name.LastIndexOf('.') + 1);
        return member switch
        {
            IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator } => "operator " + SyntaxFacts.GetText(SyntaxFacts.GetOperatorKind(name)),
            IMethodSymbol { MethodKind: MethodKind.Conversion, ReturnType.Name: var type } => "operator " + type,
            _ => name,
        };
    }

    static ImmutableArray<Location> InSource(ISymbol member)
    {
        foreach (var location in member.Locations)
        {
            if (location.IsInSource)
                return ImmutableArray.Create(location);
        }

        return ImmutableArray<Location>.Empty;
    }
}
