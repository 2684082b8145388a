using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>LCK1011: what is locked need not be what others lock, or others that should not can lock it too.</summary>
/// <remarks>
/// A warning where two threads may really lock different objects, or code elsewhere the same one. A field that merely could be
/// readonly, and an object that only this assembly can reach, are suggestions. One for each body; not thread-safe.
/// </remarks>
internal sealed class LCK1011LockIdentity(BodyRules rules)
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Warning(
        "LCK1011",
        RuleDescriptor.Locks,
        "Lock can change identity",
        "'{0}' {1}",
        "A lock is reassigned while it is held, copied, boxed, in a field that can be assigned, or is an object that code elsewhere can lock as well: a string, a Type, this, a public field.");

    readonly Dictionary<IOperation, IOperation> _named = new();
    readonly List<(object About, IOperation Named, IdentityFlaw Flaw, PathState State)> _flaws = new();
    readonly HashSet<object> _reassigned = new();

    public void Acquired(in LockAcquired acquired, PathState state)
    {
        if (acquired.Object is not { } named)
            return;
        _named[acquired.Site] = named;
        if (Flaw(rules, acquired, named) is { } flaw)
            _flaws.Add((About(named), named, flaw, state));
    }

    /// <summary>The place of a lock is assigned while that lock is held.</summary>
    public void Assigned(in PlaceAssigned assigned, PathState state)
    {
        if (state.Locks.IsEmpty || assigned.Before.Equals(assigned.Value) || rules.IsExempt(assigned.Location, state))
            return;
        foreach (var hold in state.Locks)
        {
            if (hold.Certainty != Certainty.Definite || hold.Source is HoldSource.Asserted || !hold.Lock.Equals(assigned.Before))
                continue;
            var named = hold.At is not null && _named.TryGetValue(hold.At, out var known) ? known : null;
            // A variable that moves on from one held object to the next is not what was locked.
            if (named is not null && named is not IMemberReferenceOperation and not IArrayElementReferenceOperation)
                continue;
            var (site, text) = (assigned.Site.Syntax, hold.Text);
            var flaw = new IdentityFlaw("is assigned another object while it is held", IsCertain: true) { Declaration = named is null ? null : site.GetLocation(), IsAssignment = true };
            if (named is not null)
                _reassigned.Add(About(named));
            rules.Findings.Judge(hold.Lock, Rule, flaw.How, state, () => Create(named?.Syntax ?? site, flaw, text));
        }
    }

    /// <summary>A lock that is a struct is copied.</summary>
    public void Copied(IOperation site, PathState state) =>
        rules.Findings.Judge(site, Rule, null, state, () => Create(site.Syntax, new IdentityFlaw("is a struct and copied here: the copy is another lock", IsCertain: true)));

    public void Solved()
    {
        // One finding for a lock in a body, however often it is taken, and the graver one where there are two.
        foreach (var (about, named, flaw, state) in _flaws)
        {
            if (!_reassigned.Contains(about))
                rules.Findings.Judge(about, Rule, flaw.How, state, () => Create(named.Syntax, flaw));
        }
    }

    static object About(IOperation named) => (object?)(named as IMemberReferenceOperation)?.Member ?? named.Syntax.ToString();

    static IdentityFlaw? Flaw(BodyRules rules, in LockAcquired acquired, IOperation named)
    {
        var field = (named as IFieldReferenceOperation)?.Field;
        if (named.Type is { IsValueType: true, IsReadOnly: false } && !acquired.IsArgument)
        {
            bool isReadOnly = field is { IsReadOnly: true, IsStatic: var isStatic } && !(rules.Body.IsConstruction && rules.Body.Owner.IsStatic == isStatic)
                || named is IParameterReferenceOperation { Parameter.RefKind: RefKind.In };
            if (isReadOnly)
                return new IdentityFlaw("cannot be written here: each call locks a copy of it", IsCertain: true) { Declaration = DeclarationOf(field) };
            return named is IPropertyReferenceOperation { Property: { ReturnsByRef: false, ReturnsByRefReadonly: false } }
                ? new IdentityFlaw("returns a copy of the lock: each call locks another one", IsCertain: true)
                : null;
        }

        if (acquired.IsArgument && rules.Contracts.Traits(named.Type) is null && OfAnyObject(rules, named) is { } flaw)
            return flaw;
        return field is null or { DeclaringSyntaxReferences.IsEmpty: true } ? null : OfField(rules, field);
    }

    // What can be locked though it was never meant to be a lock.
    static IdentityFlaw? OfAnyObject(BodyRules rules, IOperation named)
    {
        if (named is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance })
        {
            return named.Type is { IsValueType: false } type
                ? new IdentityFlaw("is an object that others have a reference to, who can lock it too", Visibility.IsVisible(type)) { Kind = DiagnosticProperties.PrivateLock }
                : null;
        }

        // Of a type that is not known, a question mark says nothing.
        if (named.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: { Length: 1 } wrapped } && wrapped[0].TypeKind == TypeKind.Error)
            return null;
        if (named.Type is { IsValueType: true })
            return new IdentityFlaw("is a value, boxed anew each time: no two threads lock the same object", IsCertain: true);
        if (named is IObjectCreationOperation or IArrayCreationOperation or IAnonymousObjectCreationOperation or IDelegateCreationOperation)
            return new IdentityFlaw("is made here: no other thread can lock the same object", IsCertain: true);
        if (named is IPropertyReferenceOperation { Property: { IsIndexer: false } property } && rules.Contracts.ReturnsNew(property))
            return new IdentityFlaw("makes another object each time it is read: no two threads lock the same", IsCertain: true);
        if (named.Type?.SpecialType == SpecialType.System_String)
            return new IdentityFlaw("is a string: equal strings elsewhere can be the same object", IsCertain: true) { Kind = DiagnosticProperties.PrivateLock };
        return named is ITypeOfOperation || named.Type is { Name: nameof(System.Type), ContainingNamespace: { Name: nameof(System), ContainingNamespace.IsGlobalNamespace: true } }
            ? new IdentityFlaw("is a Type, which all code that can name it can lock too", IsCertain: true) { Kind = DiagnosticProperties.PrivateLock }
            : null;
    }

    static IdentityFlaw? OfField(BodyRules rules, IFieldSymbol field)
    {
        bool isVisible = Visibility.IsVisible(field);
        if (!field.IsReadOnly && !field.IsConst && field.Type.IsReferenceType)
        {
            var writes = FieldWrites.Of(rules.Host, field);
            var how = writes switch
            {
                LaterWrites.Another => "is a field that is assigned again: two threads may lock different objects",
                LaterWrites.First => "is a field that gets its value after its object is made: if it ever gets a second one, two threads lock different objects",
                LaterWrites.Cleared => "is a field that is set to null: if it ever gets a second value, two threads lock different objects",
                _ => "is not readonly: once it is assigned again, two threads lock different objects",
            };
            return new IdentityFlaw(how, writes == LaterWrites.Another || isVisible)
            {
                Declaration = DeclarationOf(field),
                Kind = writes == LaterWrites.None ? DiagnosticProperties.ReadOnly : null,
            };
        }

        if (isVisible && field.DeclaredAccessibility == Accessibility.Public && (rules.Contracts.Traits(field.Type) is null || rules.Contracts.IsFramework(field.Type)))
        {
            return new IdentityFlaw("is a public field: code elsewhere can lock it too", IsCertain: true) { Declaration = DeclarationOf(field) };
        }

        return null;
    }

    static Location? DeclarationOf(IFieldSymbol? field) => field is { DeclaringSyntaxReferences: { IsEmpty: false } references } ? references[0].GetSyntax().GetLocation() : null;

    static Finding Create(SyntaxNode named, IdentityFlaw flaw, string? text = null)
    {
        var properties = ImmutableDictionary<string, string?>.Empty.Add(DiagnosticProperties.Lock, text ?? named.ToString());
        return new Finding(Rule, named.GetLocation(), ImmutableArray.Create<object>(text ?? named.ToString(), flaw.How))
        {
            Severity = flaw.IsCertain ? null : DiagnosticSeverity.Info,
            Related = flaw.Declaration is null ? ImmutableArray<Location>.Empty : ImmutableArray.Create(flaw.Declaration),
            RelatedIs = flaw.IsAssignment ? "assigned here" : "declared here",
            Properties = flaw.Kind is null ? properties : properties.Add(DiagnosticProperties.Kind, flaw.Kind),
        };
    }

    /// <param name="How">What is wrong with the lock.</param>
    /// <param name="IsCertain">It is wrong as it stands, not only untidy.</param>
    sealed record IdentityFlaw(string How, bool IsCertain)
    {
        public Location? Declaration { get; init; }

        /// <summary>That is where it is assigned.</summary>
        public bool IsAssignment { get; init; }

        /// <summary>The fix that would help.</summary>
        public string? Kind { get; init; }
    }
}
