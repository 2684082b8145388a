using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.CodeFixes;

/// <summary>Finds the ways to hold a lock, from what its type and its owner's type say of their methods.</summary>
internal static class LockForms
{
    /// <summary>The ways to hold the lock that reads <paramref name="text"/> at <paramref name="position"/>, best first; none where it does not bind there.</summary>
    public static List<LockForm> Of(FixSite site, string text, LockMode mode, int position, bool isAsync) => Find(site, text, mode, position, isAsync, scopesOnly: false);

    /// <summary>The statements that take the lock in exactly this mode and release it by themselves: <c>lock</c>, or a <c>using</c> over what the lock offers.</summary>
    public static List<LockForm> Scopes(FixSite site, string text, LockMode mode, int position) => Find(site, text, mode, position, isAsync: false, scopesOnly: true);

    static List<LockForm> Find(FixSite site, string text, LockMode mode, int position, bool isAsync, bool scopesOnly)
    {
        var forms = new List<LockForm>();
        var expression = SyntaxFactory.ParseExpression(text);
        if (expression.ContainsDiagnostics)
            return forms;
        var symbol = site.Model.GetSpeculativeSymbolInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Symbol;
        var type = site.Model.GetSpeculativeTypeInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Type;
        if (type is null or IErrorTypeSymbol || (symbol is null && expression is not ThisExpressionSyntax))
            return forms;
        if (scopesOnly ? site.Contracts.Traits(type) is null && type.IsReferenceType : IsMonitor(site, type))
        {
            forms.Add(new LockForm($"lock ({text})", allowsAwait: false));
            return forms;
        }

        var traits = site.Contracts.Traits(type);
        bool allowsAwait = traits is { ThreadBound: false };
        var own = Methods(site, type, Term.This, position);
        var owners = new List<IMethodSymbol>();
        var (owner, ownerType) = Owner(site, expression, symbol, position);
        if (ownerType is not null && symbol is IFieldSymbol or IPropertySymbol)
            owners = Methods(site, ownerType, site.Contracts.Path(Term.This, symbol), position);
        if (isAsync)
        {
            WaitingAsynchronouslyFirst(own);
            WaitingAsynchronouslyFirst(owners);
        }

        var path = symbol is IFieldSymbol or IPropertySymbol ? site.Contracts.Path(Term.This, symbol) : Term.This;

        foreach (var wanted in mode == LockMode.Exclusive || scopesOnly ? new[] { mode } : new[] { LockMode.Shared, LockMode.Exclusive })
        {
            if (owner.Length > 0)
                AddScopes(site, forms, owners, owner, path, wanted, allowsAwait);
            AddScopes(site, forms, own, text, Term.This, wanted, allowsAwait);
            if (scopesOnly)
                continue;
            AddPairs(site, forms, own, text, Term.This, wanted, allowsAwait, isAsync, position);
            if (owner.Length > 0)
                AddPairs(site, forms, owners, owner, path, wanted, allowsAwait, isAsync, position);
        }

        return forms;
    }

    static void WaitingAsynchronouslyFirst(List<IMethodSymbol> methods)
    {
        var blocking = methods.FindAll(static method => !IsTask(method.ReturnType));
        methods.RemoveAll(static method => !IsTask(method.ReturnType));
        methods.AddRange(blocking);
    }

    static bool IsMonitor(FixSite site, ITypeSymbol type) =>
        type is { Name: "Lock", ContainingNamespace: { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } }
        || (type.IsReferenceType && site.Contracts.Traits(type) is null);

    static (string Text, ITypeSymbol? Type) Owner(FixSite site, ExpressionSyntax expression, ISymbol? symbol, int position)
    {
        if (expression is MemberAccessExpressionSyntax { Expression: { } left } && symbol is { IsStatic: false })
            return (left.ToString(), site.Model.GetSpeculativeTypeInfo(position, left, SpeculativeBindingOption.BindAsExpression).Type);
        return ("", null);
    }

    static List<IMethodSymbol> Methods(FixSite site, ITypeSymbol type, Term path, int position)
    {
        var found = new List<IMethodSymbol>();
        for (ITypeSymbol? level = type; level is not null; level = level.BaseType)
            Add(level);
        foreach (var contract in type.AllInterfaces)
        {
            if (type.TypeKind == TypeKind.Interface)
                Add(contract);
        }

        return found;

        void Add(ITypeSymbol level)
        {
            foreach (var member in level.GetMembers())
            {
                if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary, IsStatic: false } method || method.OverriddenMethod is not null && found.Exists(m => m.Name == method.Name))
                    continue;
                var contract = site.Contracts.Of(method);
                if ((Names(contract.Acquires, path) || Names(contract.Releases, path)) && site.Model.IsAccessible(position, method) && !IsObsolete(method))
                    found.Add(method);
            }
        }
    }

    static bool Names(ImmutableArray<LockClause> clauses, Term path) => clauses.Length == 1 && clauses[0].Path.Equals(path);

    static bool IsObsolete(ISymbol method)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == nameof(ObsoleteAttribute))
                return true;
        }

        return false;
    }

    static void AddScopes(FixSite site, List<LockForm> forms, List<IMethodSymbol> methods, string receiver, Term path, LockMode mode, bool allowsAwait)
    {
        foreach (var method in methods)
        {
            var acquires = site.Contracts.Of(method).Acquires;
            if (Names(acquires, path) && acquires[0].Mode == mode && site.Contracts.IsScope(method.ReturnType) && TakesNothing(method))
                forms.Add(new LockForm($"using ({receiver}.{method.Name}())", allowsAwait));
        }
    }

    static void AddPairs(FixSite site, List<LockForm> forms, List<IMethodSymbol> methods, string receiver, Term path, LockMode mode, bool allowsAwait, bool isAsync, int position)
    {
        foreach (var method in methods)
        {
            var acquires = site.Contracts.Of(method).Acquires;
            if (!Names(acquires, path) || acquires[0].Mode != mode || site.Contracts.IsScope(method.ReturnType))
                continue;
            foreach (var release in methods)
            {
                if (Pair(site, method, acquires[0], release, receiver, mode, allowsAwait, isAsync, position) is { } form)
                {
                    forms.Add(form);
                    break;
                }
            }
        }
    }

    static LockForm? Pair(FixSite site, IMethodSymbol acquire, LockClause clause, IMethodSymbol release, string receiver, LockMode mode, bool allowsAwait, bool isAsync, int position)
    {
        var releases = site.Contracts.Of(release).Releases;
        if (!Names(releases, clause.Path) || (releases[0].Mode is { } released && released != mode))
            return null;
        if (clause.Taken is not null)
        {
            if (acquire.Parameters.Length != 1 || acquire.Parameters[0].RefKind != RefKind.Ref || !TakesNothing(release))
                return null;
            var taken = FreshName.Of(site, position, "lockTaken");
            return new LockForm("try", allowsAwait)
            {
                Before = new[] { $"bool {taken} = false;" },
                Inside = $"{receiver}.{acquire.Name}(ref {taken});",
                Finally = $"if ({taken}) {receiver}.{release.Name}();",
            };
        }

        if (!TakesNothing(acquire))
            return null;
        if (IsTask(acquire.ReturnType))
        {
            return isAsync && TakesNothing(release) ? Plain($"await {receiver}.{acquire.Name}();", $"{receiver}.{release.Name}();") : null;
        }

        if (TakesNothing(release))
        {
            bool ignorable = acquire.ReturnsVoid || (acquire.ReturnType.SpecialType == SpecialType.System_Boolean && clause.Receiver is not null);
            return ignorable ? Plain($"{receiver}.{acquire.Name}();", $"{receiver}.{release.Name}();") : null;
        }

        // What the acquire returns is what the release wants: the index of a read section.
        if (!acquire.ReturnsVoid && release.Parameters.Length == 1 && SymbolEqualityComparer.Default.Equals(release.Parameters[0].Type, acquire.ReturnType))
        {
            var token = FreshName.Of(site, position, release.Parameters[0].Name);
            return Plain($"var {token} = {receiver}.{acquire.Name}();", $"{receiver}.{release.Name}({token});");
        }

        return null;

        LockForm Plain(string enter, string exit) => new("try", allowsAwait) { Before = new[] { enter }, Finally = exit };
    }

    static bool IsTask(ITypeSymbol type) => type is { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" };

    static bool TakesNothing(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (!parameter.IsOptional && !parameter.IsParams)
                return false;
        }

        return !method.IsGenericMethod;
    }
}
