using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>The names that contracts speak of. Holds no symbols; not changed once it was filled.</summary>
internal sealed class LockNames
{
    const string Annotations = "LockDiscipline.Annotations";

    static readonly ConditionalWeakTable<IAssemblySymbol, OfAssembly> s_assemblies = new();

    /// <summary>Names whose mention makes a body worth solving.</summary>
    public HashSet<int> Primary { get; } = new() { TreeNames.SecondLock, TreeNames.Synchronized, TreeNames.Hash(Vocabulary.NoSleep) };

    /// <summary>Names that only say that something may sleep.</summary>
    public HashSet<int> Sleeping { get; } = new() { TreeNames.Hash("lock") };

    /// <summary>Types with contracts.</summary>
    public HashSet<int> Types { get; } = new();

    /// <summary>Delegate types with contracts.</summary>
    public HashSet<int> Delegates { get; } = new();

    /// <summary>The last names of lock expressions.</summary>
    public HashSet<string> Locks { get; } = new(StringComparer.Ordinal);

    /// <summary>Something with a contract, an operator, is used without any name: every body has to be looked at.</summary>
    public bool IsAnywhere { get; private set; }

    /// <summary>Some contract excludes a lock.</summary>
    public bool HasExclusions { get; set; }

    /// <summary>Attributes of the vocabulary may be in sight.</summary>
    public bool HasAttributes { get; set; }

    /// <summary>
    /// What a referenced assembly's contracts speak of; null where it does not know the vocabulary. Kept as long as the assembly's symbol, which is
    /// the same from one edit to the next.
    /// </summary>
    public static LockNames? Of(IAssemblySymbol assembly, ContractSet contracts, ImmutableArray<ContractFile> files)
    {
        if (s_assemblies.TryGetValue(assembly, out var known) && known.Files.SequenceEqual(files))
            return known.Names;
        var read = new OfAssembly(Read(assembly, contracts), files);
        lock (s_assemblies)
        {
            s_assemblies.Remove(assembly);
            s_assemblies.Add(assembly, read);
        }

        return read.Names;
    }

    /// <summary>Whether an assembly has its own copy of the attributes.</summary>
    public static bool Declares(IAssemblySymbol assembly)
    {
        foreach (var member in assembly.GlobalNamespace.GetMembers(Vocabulary.Namespace))
        {
            if (member is INamespaceSymbol)
                return true;
        }

        return false;
    }

    public void Add(ContractFile file)
    {
        foreach (var entry in file.Entries)
            Add(entry.SimpleName, entry.Clauses);
    }

    public void Add(LockNames other)
    {
        Primary.UnionWith(other.Primary);
        Sleeping.UnionWith(other.Sleeping);
        Types.UnionWith(other.Types);
        Delegates.UnionWith(other.Delegates);
        Locks.UnionWith(other.Locks);
        IsAnywhere |= other.IsAnywhere;
        HasExclusions |= other.HasExclusions;
        HasAttributes |= other.HasAttributes;
    }

    /// <summary>Adds a member's name, and what stands for it where it is used without being named.</summary>
    public void AddPrimary(string name)
    {
        Primary.Add(TreeNames.Hash(name));
        switch (name)
        {
            case "this":
                Primary.Add(TreeNames.Indexing);
                break;
            case "Dispose" or "DisposeAsync":
                Primary.Add(TreeNames.Hash("using"));
                Primary.Add(TreeNames.Hash("foreach"));
                break;
            case "GetEnumerator" or "GetAsyncEnumerator" or "MoveNext" or "MoveNextAsync" or "Current":
                Primary.Add(TreeNames.Hash("foreach"));
                break;
            case "GetAwaiter" or "GetResult" or "IsCompleted":
                Primary.Add(TreeNames.Hash("await"));
                break;
            case "Length" or "Count" or "Slice":
                Primary.Add(TreeNames.FromEnd);
                break;
            case "AppendFormatted" or "AppendLiteral":
                Primary.Add(TreeNames.Interpolation);
                break;
            case "Where" or "Select" or "SelectMany" or "GroupBy" or "Join" or "GroupJoin" or "OrderBy" or "OrderByDescending" or "ThenBy" or "ThenByDescending":
                Primary.Add(TreeNames.Hash("from"));
                break;
            // A deconstruction is a pair of parentheses, no more.
            case TreeNames.Operator or "Deconstruct":
                IsAnywhere = true;
                break;
        }
    }

    void Add(string name, ImmutableArray<Clause> clauses)
    {
        foreach (var clause in clauses)
        {
            // What kind of lock a type is, how a value is owned and the like are no names of members.
            if (Vocabulary.TakingLocks.Contains(clause.Name))
            {
                foreach (var expression in clause.Expressions)
                    Locks.Add(expression.Substring(expression.LastIndexOf('.') + 1));
            }

            HasExclusions |= clause.Name == Vocabulary.ExcludesLock;
            switch (clause.Name)
            {
                case Vocabulary.MaySleep or Vocabulary.WaitsFor:
                    Sleeping.Add(TreeNames.Hash(name));
                    break;
                case Vocabulary.RunsInPlace or Vocabulary.RunsWhenRead or Vocabulary.ReturnsLock or Vocabulary.RunsApart or Vocabulary.RunsContinuations or Vocabulary.ReadsOnly or Vocabulary.AcquiresSome or Vocabulary.Computes or Vocabulary.TestsIdentity or Vocabulary.ReturnsNew or Vocabulary.HasElementsOf or Vocabulary.SetsFirst or Vocabulary.ChangesContents or Vocabulary.Ensures or Vocabulary.Keeps or Vocabulary.Framework:
                    break;
                case Vocabulary.Lock when clause.Flag("Spinning", false):
                    // Mostly a struct, which must not be copied: what holds one concerns it.
                    Types.Add(TreeNames.Hash(name));
                    break;
                case Vocabulary.Lock:
                    // Its methods speak for it.
                    break;
                case Vocabulary.MustCheck or Vocabulary.ScopedLock:
                    Types.Add(TreeNames.Hash(name));
                    Primary.Add(TreeNames.Hash(name));
                    break;
                default:
                    AddPrimary(name);
                    break;
            }
        }
    }

    static LockNames? Read(IAssemblySymbol assembly, ContractSet contracts)
    {
        if (assembly.Name == Annotations)
            return new LockNames { HasAttributes = true };
        if (!SpeaksTheVocabulary(assembly))
            return null;
        var names = new LockNames { HasAttributes = true };
        names.AddMembers(assembly.GlobalNamespace, contracts);
        return names;
    }

    static bool SpeaksTheVocabulary(IAssemblySymbol assembly)
    {
        foreach (var module in assembly.Modules)
        {
            foreach (var referenced in module.ReferencedAssemblies)
            {
                if (referenced.Name == Annotations)
                    return true;
            }
        }

        return Declares(assembly);
    }

    void AddMembers(INamespaceOrTypeSymbol holder, ContractSet contracts)
    {
        foreach (var member in holder.GetMembers())
        {
            if (member is not INamespaceSymbol && member.DeclaredAccessibility is Accessibility.Private)
                continue;
            if (member is not INamespaceSymbol && contracts.Clauses(member) is { IsEmpty: false } clauses)
            {
                Add(NameOf(member), clauses);
                if (TreeNames.CalledUnnamed(NameOf(member), member.ContainingType?.Name ?? "", member is IMethodSymbol { MethodKind: MethodKind.Constructor }) is { } other)
                    Add(other, clauses);
            }

            switch (member)
            {
                case INamespaceOrTypeSymbol inner:
                    AddMembers(inner, contracts);
                    break;
                case IMethodSymbol method when contracts.MustCheck(method.ReturnType) || contracts.IsScope(method.ReturnType):
                    Primary.Add(TreeNames.Hash(method.Name));
                    break;
                case IMethodSymbol { Parameters.IsEmpty: false } method when TakesStatedDelegate(method, contracts):
                    Primary.Add(TreeNames.Hash(method.Name));
                    break;
            }
        }
    }

    static bool TakesStatedDelegate(IMethodSymbol method, ContractSet contracts)
    {
        foreach (var parameter in method.Parameters)
        {
            if (!contracts.OfDelegate(parameter.Type).IsNone)
                return true;
        }

        return false;
    }

    static string NameOf(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion } => TreeNames.Operator,
        IMethodSymbol { MethodKind: MethodKind.Constructor } => member.ContainingType.Name,
        IMethodSymbol { AssociatedSymbol: { } property } => NameOf(property),
        IPropertySymbol { IsIndexer: true } => "this",
        _ => member.Name,
    };

    sealed class OfAssembly(LockNames? names, ImmutableArray<ContractFile> files)
    {
        public LockNames? Names { get; } = names;

        public ImmutableArray<ContractFile> Files { get; } = files;
    }
}
