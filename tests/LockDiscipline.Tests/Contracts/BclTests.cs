using System.Reflection;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LockDiscipline.Tests.Contracts;

/// <summary>The contracts of the base class library speak of what the running framework has.</summary>
public sealed class BclTests
{
    static readonly CSharpCompilation s_framework = CSharpCompilation.Create(
        "Framework",
        references: Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System*.dll")
            .Append(typeof(object).Assembly.Location)
            .Where(IsManaged)
            .Select(path => MetadataReference.CreateFromFile(path)));

    public static TheoryData<int> Lines => [.. ContractFile.Bcl.Entries.Select(entry => entry.Line)];

    [Fact]
    public void File_Parses()
    {
        Assert.Empty(ContractFile.Bcl.Errors);
        Assert.True(ContractFile.Bcl.Entries.Length > 100);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Line_BindsInTheRunningFramework(int line)
    {
        var entry = ContractFile.Bcl.Entries.Single(e => e.Line == line);
        var problem = ContractTargets.Check(s_framework, entry, default);
        Assert.True(problem is null, $"line {line + 1}: {entry.FullName}: {problem}");
    }

    /// <summary>The names of parameters that clauses speak of beside lock expressions: those of the overload, or of one constructor.</summary>
    [Theory]
    [MemberData(nameof(Lines))]
    public void Line_NamesParametersThatExist(int line)
    {
        var entry = ContractFile.Bcl.Entries.Single(e => e.Line == line);
        foreach (var clause in entry.Clauses)
        {
            if (clause.Text("Taken") is { } taken)
                Assert.All(Members(entry).OfType<IMethodSymbol>().Where(entry.Fits), m => Assert.Contains(m.Parameters, p => p.Name == taken && p.RefKind == RefKind.Ref));
            foreach (var condition in new[] { clause.Text("When"), clause.Text("ReentrantWhen"), clause.Text("HeldWhen") })
            {
                var type = s_framework.GetTypeByMetadataName(entry.FullName);
                foreach (var part in condition?.Split("&&") ?? [])
                    Assert.Contains(type!.InstanceConstructors, c => c.Parameters.Any(p => p.Name == part.Split("==")[0].Trim()));
            }

            if (clause.Text("NamedBy") is { } name)
                Assert.Contains(s_framework.GetTypeByMetadataName(entry.FullName)!.InstanceConstructors, c => c.Parameters.Any(p => p.Name == name));

            if (clause.Text("Receiver") is { } receiver)
                Assert.NotNull(s_framework.GetTypeByMetadataName(receiver));
        }
    }

    /// <summary>A line without parameter types speaks of every overload: each must be able to say it.</summary>
    [Theory]
    [MemberData(nameof(Lines))]
    public void Line_WithLockExpressions_BindsForEveryOverloadItSpeaksOf(int line)
    {
        var entry = ContractFile.Bcl.Entries.Single(e => e.Line == line);
        var paths = new PathBinder(s_framework, new ContractSet(s_framework, []));
        foreach (var clause in entry.Clauses.Where(c => Vocabulary.TakingLocks.Contains(c.Name)))
        {
            foreach (var member in Members(entry).Where(entry.Fits))
                Assert.All(clause.Expressions, text => Assert.Null(paths.Bind(text, member).Error));
        }
    }

    static IEnumerable<ISymbol> Members(ContractFile.Entry entry)
    {
        int dot = entry.FullName.LastIndexOf('.');
        return s_framework.GetTypeByMetadataName(entry.FullName[..dot])?.GetMembers(entry.FullName[(dot + 1)..]) ?? [];
    }

    static bool IsManaged(string path)
    {
        try
        {
            AssemblyName.GetAssemblyName(path);
            return true;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
