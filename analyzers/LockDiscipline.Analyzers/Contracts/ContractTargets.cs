using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Finds what a line of a contract file speaks of, and says what is wrong with the line.</summary>
internal static class ContractTargets
{
    /// <summary>What is wrong with an entry; null for one that binds.</summary>
    public static LineProblem? Check(Compilation compilation, ContractFile.Entry entry, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var type = compilation.GetTypeByMetadataName(entry.FullName);
        if (type is not null)
            return Bind(compilation, entry, type);
        if (IsNamespace(compilation, entry))
            return null;
        bool isConstructor = entry.FullName.EndsWith("..ctor", System.StringComparison.Ordinal);
        int dot = isConstructor ? entry.FullName.Length - 6 : entry.FullName.LastIndexOf('.');
        if (dot <= 0)
            return new($"there is no type '{entry.FullName}'");
        var name = isConstructor ? ".ctor" : entry.FullName.Substring(dot + 1);
        type = compilation.GetTypeByMetadataName(entry.FullName.Substring(0, dot));
        if (type is null)
            return new($"there is no type '{entry.FullName.Substring(0, dot)}'");

        var names = new HashSet<string>();
        bool named = false;
        foreach (var member in type.GetMembers())
        {
            names.Add(member.Name);
            bool same = member.Name == name || (name == "Item" && member is IPropertySymbol { IsIndexer: true });
            named |= same;
            if (same && entry.Fits(member))
                return Bind(compilation, entry, member);
        }

        if (named)
            return new($"no overload of '{name}' has these parameters");
        var nearest = NearestName.Of(name, names);
        return nearest is null ? new($"'{type.Name}' has no member '{name}'") : new($"'{type.Name}' has no member '{name}'; did you mean '{nearest}'?", name, nearest);
    }

    // Only the framework is spoken of by namespaces.
    static bool IsNamespace(Compilation compilation, ContractFile.Entry entry)
    {
        foreach (var clause in entry.Clauses)
        {
            if (clause.Name != Vocabulary.Framework)
                return false;
        }

        INamespaceSymbol? space = compilation.GlobalNamespace;
        foreach (var name in entry.FullName.Split('.'))
        {
            INamespaceSymbol? inner = null;
            foreach (var member in space.GetMembers(name))
                inner = member as INamespaceSymbol ?? inner;
            if (inner is null)
                return false;
            space = inner;
        }

        return true;
    }

    static LineProblem? Bind(Compilation compilation, ContractFile.Entry entry, ISymbol target)
    {
        var paths = new PathBinder(compilation, new ContractSet(compilation, System.Collections.Immutable.ImmutableArray<ContractFile>.Empty));
        foreach (var clause in entry.Clauses)
        {
            if (!Vocabulary.TakingLocks.Contains(clause.Name))
                continue;
            foreach (var expression in clause.Expressions)
            {
                if (paths.Bind(expression, target).Error is { } error)
                    return error.Nearest.Length > 0 ? new(error.Message, expression.Substring(error.Start, error.Length), error.Nearest[0]) : new(error.Message);
            }
        }

        return null;
    }
}
