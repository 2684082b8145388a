using System.Collections.Immutable;
using System.Threading;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>Hosts every rule that reads the flow analysis, so that a body is solved once.</summary>
/// <remarks>
/// Registers on syntax nodes: an operation-block action would make the compiler build an operation tree for every body,
/// and only one body in hundreds concerns a lock. Those are found by their names.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FlowAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The nodes that code of a member can hang under. The benchmarks register an empty analyzer on the same ones.</summary>
    internal static readonly ImmutableArray<SyntaxKind> Kinds = ImmutableArray.Create(
        SyntaxKind.MethodDeclaration,
        SyntaxKind.ConstructorDeclaration,
        SyntaxKind.DestructorDeclaration,
        SyntaxKind.OperatorDeclaration,
        SyntaxKind.ConversionOperatorDeclaration,
        SyntaxKind.GetAccessorDeclaration,
        SyntaxKind.SetAccessorDeclaration,
        SyntaxKind.InitAccessorDeclaration,
        SyntaxKind.AddAccessorDeclaration,
        SyntaxKind.RemoveAccessorDeclaration,
        SyntaxKind.ArrowExpressionClause,
        SyntaxKind.EqualsValueClause,
        SyntaxKind.ClassDeclaration,
        SyntaxKind.StructDeclaration,
        SyntaxKind.RecordDeclaration,
        SyntaxKind.RecordStructDeclaration,
        SyntaxKind.CompilationUnit);

    /// <summary>Enough for a cycle of a few locks, and some 20 ms.</summary>
    const int MaxSearchedLive = 64;

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        LCK1001GuardedMember.Rule,
        LCK1002RequiredLock.Rule,
        LCK1003ExclusiveNeeded.Rule,
        LCK1004NotReleased.Rule,
        LCK1005NotHeld.Rule,
        LCK1006AcquiredAgain.Rule,
        LCK1007Excluded.Rule,
        LCK1008HeldOnOnePath.Rule,
        LCK1009TryIgnored.Rule,
        LCK1010ScopeDropped.Rule,
        LCK1011LockIdentity.Rule,
        LCK1012SharedWouldDo.Rule,
        LCK2001SleepInAtomic.Rule,
        LCK2002DeclaredOrder.Rule,
        LCK2003OrderCycle.Rule,
        LCK2004HeldAcrossAwait.Rule,
        LCK2005WaitsForReaders.Rule,
        LCK2006DelegateContract.Rule,
        LCK2007ForeignCode.Rule,
        LCK2008ConditionWait.Rule,
        LCK3001ResultIgnored.Rule,
        LCK3002ResultOverwritten.Rule,
        LCK3003WalkGoesOn.Rule,
        LCK3004UntestedValue.Rule,
        LCK3005FailureLost.Rule,
        LCK4001UsedAfterDrop.Rule,
        LCK4002OutlivesLock.Rule,
        LCK4003NotGivenBack.Rule,
        LCK4004ReleasedWrongly.Rule,
        LCK4005NearestMatch.Rule,
        LCK4006WrongToken.Rule,
        LCK5001CommittedUnchecked.Rule,
        LCK5002SampledTooLate.Rule,
        LCK9005NeedlessWaiver.Rule,
        LCK5003StillPending.Rule,
        LCK5004TestMissing.Rule,
        LCK5005NotAssigned.Rule,
        LCK5006StaleWriteBack.Rule,
        LCK5007IncompleteRollback.Rule,
        LCK9003BrokenContract.Rule,
        LCK9004ContractCanBeStated.Rule,
        LCK9007Partial.Rule);

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(Start);
    }

    static void Start(CompilationStartAnalysisContext start)
    {
        var files = ContractFiles.Read(start.Options, start.CancellationToken);
        var contracts = new ContractSet(start.Compilation, files);
        var names = new NameIndex(start.Compilation, contracts, files, start.CancellationToken);
        var members = new SolvedMembers(start.Options, names);
        var cache = new FlowCache(contracts, names);
        if (OptionReader.IsLive(start.Options.AnalyzerConfigOptionsProvider.GlobalOptions))
            members.Edges.Limit(MaxSearchedLive);
        start.RegisterSyntaxNodeAction(node => Analyze(node, cache, members), Kinds);
        start.RegisterSyntaxNodeAction(node => LCK9005NeedlessWaiver.Check(node, cache, members.Edges), SyntaxKind.Attribute);
    }

    static void Analyze(SyntaxNodeAnalysisContext context, FlowCache cache, SolvedMembers members)
    {
        var node = context.Node;
        // The driver shows the code of an extension block again for the types around it.
        if (!HoldsCode(node) || (context.ContainingSymbol is INamedTypeSymbol && node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax) || cache.Names.At(node.SyntaxTree, BodySource.Position(node)) is not { } function || !cache.Names.MayMatter(function))
            return;
        var host = members.HostFor(cache, node.SyntaxTree, context.CancellationToken);
        if (!cache.Helpers.IsCandidate(host, function))
            return;
        var member = new KeptMember(host, members, function, node);
        foreach (var finding in member.Findings())
            context.ReportDiagnostic(finding.ToDiagnostic());
        foreach (var finding in member.OrderFindings(OptionReader.IsLive(context.Options.AnalyzerConfigOptionsProvider.GlobalOptions)))
            context.ReportDiagnostic(finding.ToDiagnostic());
    }

    internal static bool HoldsCode(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax method => method.Body is not null || method.ExpressionBody is not null,
        AccessorDeclarationSyntax accessor => accessor.Body is not null || accessor.ExpressionBody is not null,
        ArrowExpressionClauseSyntax arrow => arrow.Parent is BasePropertyDeclarationSyntax,
        EqualsValueClauseSyntax value => value.Parent is PropertyDeclarationSyntax or VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax },
        TypeDeclarationSyntax type => type.BaseList?.Types is { Count: > 0 } bases && bases[0] is PrimaryConstructorBaseTypeSyntax,
        CompilationUnitSyntax unit => unit.Members is { Count: > 0 } members && members[0] is GlobalStatementSyntax,
        _ => false,
    };
}
