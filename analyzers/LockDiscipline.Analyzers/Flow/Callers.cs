using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>How the callers of a helper stand to a lock that it needs; of several, the greatest counts.</summary>
internal enum Standing : byte
{
    /// <summary>They are helpers that call each other, and nothing else.</summary>
    None,

    /// <summary>All of them call it on an object that no other thread can know yet.</summary>
    Alone,

    /// <summary>None holds it.</summary>
    Missing,

    /// <summary>At least one holds it.</summary>
    Held,
}

/// <summary>Asks the callers of a helper: is there one, and does one hold what the helper needs?</summary>
internal sealed class Callers(FlowHost host)
{
    readonly OnDemand<(ISymbol, Term, LockMode), Standing> _standings = new(
        EqualityComparer<(ISymbol, Term, LockMode)>.Default, host.Cache.NeedsMet, static (a, b) => a == b, static standing => standing, Standing.Held);

    /// <summary>Whether the source calls the method from elsewhere than itself.</summary>
    public bool Has(IMethodSymbol method)
    {
        foreach (var reference in CallsOf(method))
        {
            if (!IsWithin(reference, method))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether some caller, or a caller of a caller that is a helper itself, holds <paramref name="path"/> where it calls
    /// <paramref name="method"/>.
    /// </summary>
    public bool SomeHolds(IMethodSymbol method, Term path, LockMode mode) => Ask(method, path, mode) == Standing.Held;

    /// <summary>The same, told more exactly.</summary>
    public Standing Ask(IMethodSymbol method, Term path, LockMode mode)
    {
        method = (method.PartialDefinitionPart ?? method).OriginalDefinition;
        var rests = host.Rests.OfCallers(method);
        host.Rests.On(rests);
        return _standings.Make((method, path, mode), Standing.None, last =>
        {
            using var search = host.Rests.Begin(rests);
            return Look(method, path, mode, last);
        });
    }

    Standing Look(IMethodSymbol method, Term path, LockMode mode, Standing standing)
    {
        var seen = new HashSet<SyntaxNode>();
        // Given for a delegate that runs at once, it is called there.
        foreach (var reference in ReferencesTo(method))
        {
            if (standing == Standing.Held)
                return standing;
            if (IsWithin(reference, method) || BodySource.Enclosing(reference) is not { } declaration || !seen.Add(declaration))
                continue;
            var witness = new Witness(this, method, path, mode);
            BodyTree.Solve(host, host.Cache.Model(declaration.SyntaxTree), declaration, _ => witness);
            if (witness.Standing > standing)
                standing = witness.Standing;
        }

        // Nobody at all: whoever calls it in the end, through reflection perhaps, is not known to hold anything.
        return seen.Count == 0 ? Standing.Missing : standing;
    }

    /// <summary>The names, or element accesses, by which the source calls a method.</summary>
    public IEnumerable<SyntaxNode> CallsOf(IMethodSymbol method)
    {
        foreach (var reference in ReferencesTo(method))
        {
            if (IsCall(method, reference))
                yield return reference;
        }
    }

    /// <summary>Whether a reference to a method calls it; it may be given for a delegate instead.</summary>
    public static bool IsCall(IMethodSymbol method, SyntaxNode reference) =>
        method.AssociatedSymbol is not null || reference is not SimpleNameSyntax name || (method.MethodKind == MethodKind.Constructor ? IsCreated(name) : IsInvoked(name));

    /// <summary>The names by which the source refers to a method, in a call or otherwise; of an indexer, the element accesses; of a constructor, what creates or is made by it.</summary>
    public IEnumerable<SyntaxNode> ReferencesTo(IMethodSymbol method)
    {
        // Its callers mean the declaration, whichever part has the code.
        method = method.PartialDefinitionPart ?? method;
        bool isConstructor = method.MethodKind == MethodKind.Constructor;
        if (isConstructor)
        {
            foreach (var reference in UnnamedCreations(method.OriginalDefinition))
                yield return reference;
        }

        bool isIndexer = method.AssociatedSymbol is IPropertySymbol { IsIndexer: true };
        var name = isConstructor ? method.ContainingType.Name : isIndexer ? "[" : method.AssociatedSymbol?.Name ?? method.Name;
        foreach (var (tree, span) in host.Rests.OnAllMentioning(name))
        {
            // Other types may use the same name for a member of their own; looking at those for each of them would grow with the square of the code.
            if (method.DeclaredAccessibility == Accessibility.Private && !IsDeclaredIn(tree, method.ContainingType))
                continue;
            foreach (var node in tree.GetRoot(host.Cancel).DescendantNodes(span, node => node.Span.IntersectsWith(span)))
            {
                if (!IsNamed(node, isIndexer ? null : name) || !span.Contains(node.Span))
                    continue;
                var reference = (ExpressionSyntax)node;
                if (isConstructor && !IsCreated((SimpleNameSyntax)reference))
                    continue;
                SyntaxNode bound = isConstructor ? reference.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>()! : reference;
                var symbol = host.Cache.Model(tree).GetSymbolInfo(bound, host.Cancel).Symbol?.OriginalDefinition;
                if (SymbolEqualityComparer.Default.Equals(symbol, method.AssociatedSymbol ?? method.OriginalDefinition)
                    || (symbol is IMethodSymbol { ReducedFrom: { } extension } && SymbolEqualityComparer.Default.Equals(extension, method.OriginalDefinition)))
                {
                    yield return reference;
                }
            }
        }
    }

    // `new(...)`, `: this(...)` and `: base(...)` name no type. They are looked for where the type itself stands.
    IEnumerable<SyntaxNode> UnnamedCreations(IMethodSymbol constructor)
    {
        host.Rests.OnCodeOf(constructor.ContainingType);
        foreach (var declaration in constructor.ContainingType.DeclaringSyntaxReferences)
        {
            var tree = declaration.SyntaxTree;
            foreach (var node in tree.GetRoot(host.Cancel).DescendantNodes())
            {
                if (node is ImplicitObjectCreationExpressionSyntax or ConstructorInitializerSyntax
                    && SymbolEqualityComparer.Default.Equals(host.Cache.Model(tree).GetSymbolInfo(node, host.Cancel).Symbol?.OriginalDefinition, constructor))
                {
                    yield return node;
                }
            }
        }
    }

    // Null stands for an element access.
    static bool IsNamed(SyntaxNode node, string? name) =>
        name is null ? node is ElementAccessExpressionSyntax or ElementBindingExpressionSyntax or ImplicitElementAccessSyntax : node is SimpleNameSyntax reference && reference.Identifier.ValueText == name;

    static bool IsDeclaredIn(SyntaxTree tree, INamedTypeSymbol type)
    {
        foreach (var declaration in type.DeclaringSyntaxReferences)
        {
            if (declaration.SyntaxTree == tree)
                return true;
        }

        return false;
    }

    static bool IsCreated(SimpleNameSyntax name) =>
        name.Parent is ObjectCreationExpressionSyntax || name.Parent is QualifiedNameSyntax { Parent: ObjectCreationExpressionSyntax };

    static bool IsInvoked(SimpleNameSyntax name)
    {
        SyntaxNode expression = name;
        while (expression.Parent is MemberAccessExpressionSyntax or MemberBindingExpressionSyntax)
            expression = expression.Parent;
        return expression.Parent is InvocationExpressionSyntax invocation && invocation.Expression == expression;
    }

    internal static bool IsWithin(SyntaxNode reference, IMethodSymbol method)
    {
        foreach (var declaration in (method.PartialImplementationPart ?? method).DeclaringSyntaxReferences)
        {
            if (declaration.SyntaxTree == reference.SyntaxTree && declaration.Span.Contains(reference.Span))
                return true;
        }

        return false;
    }

    sealed class Witness(Callers callers, IMethodSymbol method, Term path, LockMode mode) : FlowObserver
    {
        public Body? Body { get; set; }

        public Standing Standing { get; private set; }

        public override void Entered(Body body) => Body = body;

        public override void Called(in CallMade call, PathState state)
        {
            if (Standing == Standing.Held || !SymbolEqualityComparer.Default.Equals(call.Callee.OriginalDefinition, method))
                return;
            if (call.Binding.Follow(state, path) is not { } here)
                return;
            var standing = state.Holds(here, mode) ? Standing.Held
                : IsAlone(here, state) ? Standing.Alone
                : Body is { IsVisible: false, Method: { } caller } && here.IsRooted ? callers.Ask(caller, here, mode)
                : Standing.Missing;
            if (standing > Standing)
                Standing = standing;
        }

        bool IsAlone(Term here, PathState state) =>
            Body?.Constructs(here.Root) == true || state.Owned.Contains(here.Root);
    }
}
