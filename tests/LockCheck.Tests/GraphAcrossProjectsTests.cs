using LockCheck.Graphs;
using LockCheck.Loading;
using LockCheck.Tests.Support;
using Microsoft.CodeAnalysis;
using Xunit;

namespace LockCheck.Tests;

/// <summary>Cycles of the lock order that no project has alone.</summary>
public sealed class GraphAcrossProjectsTests
{
    const string Locks = "namespace Lib; public class Store { public readonly System.Threading.Lock A = new(), B = new(); public static readonly System.Threading.Lock Big = new(); }";
    const string AThenB = "public class One { public void M(Lib.Store s) { lock (s.A) { lock (s.B) { } } } }";
    const string BThenA = "public class Two { public void M(Lib.Store s) { lock (s.B) { lock (s.A) { } } } }";

    static readonly LoadedProject s_lib = InMemory.Project("Lib", Locks, OutputKind.DynamicallyLinkedLibrary);

    static LoadedProject Library(string name, string source, params LoadedProject[] references) => InMemory.Project(name, source, OutputKind.DynamicallyLinkedLibrary, [s_lib, .. references]);

    static LoadedProject Program(string name, string source, params LoadedProject[] references) => InMemory.Project(name, source + " static class Start { static void Main() { } }", OutputKind.ConsoleApplication, [s_lib, .. references]);

    static LockGraph Of(params LoadedProject[] projects) => LockGraph.Of([s_lib, .. projects], "/src", CancellationToken.None);

    static string Kinds(LockGraph graph) => string.Join(' ', graph.Edges.Select(e => $"{e.Held.Name}>{e.Taken.Name}:{e.Kind}"));

    [Fact]
    public void TwoLibraries_ThatTakeTwoLocksInOppositeOrder_AreACycle()
    {
        var graph = Of(Library("One", AThenB), Library("Two", BThenA));

        Assert.Equal("Store.A>Store.B:Cycle Store.B>Store.A:Cycle", Kinds(graph));
        Assert.Equal("Store.B under Store.A in One (One.cs:1), Store.A under Store.B in Two (Two.cs:1)", string.Join("; ", graph.AcrossProjects));
        Assert.Contains("cycle: One.cs:1", LockGraphText.Dot(graph), StringComparison.Ordinal);
    }

    [Fact]
    public void Projects_InAnyOrder_GiveTheSameGraph() =>
        Assert.Equal(LockGraphText.Dot(Of(Library("One", AThenB), Library("Two", BThenA))), LockGraphText.Dot(Of(Library("Two", BThenA), Library("One", AThenB))));

    [Fact]
    public void OneOrder_IsNoCycle() => Assert.Empty(Of(Library("One", AThenB), Library("Three", AThenB.Replace("One", "Three", StringComparison.Ordinal))).AcrossProjects);

    [Fact]
    public void CycleOfOneProject_IsNotToldAgain()
    {
        var graph = Of(Library("Both", AThenB + BThenA));

        Assert.Equal("Store.A>Store.B:Cycle Store.B>Store.A:Cycle", Kinds(graph));
        Assert.Empty(graph.AcrossProjects);
    }

    [Fact]
    public void CycleOfThreeProjects_IsFound()
    {
        const string more = "namespace More; public class Other { public readonly System.Threading.Lock C = new(); }";
        var other = InMemory.Project("More", more, OutputKind.DynamicallyLinkedLibrary);
        var graph = Of(other,
            Library("One", AThenB),
            Library("Two", "public class Two { public void M(Lib.Store s, More.Other o) { lock (s.B) { lock (o.C) { } } } }", other),
            Library("Three", "public class Three { public void M(Lib.Store s, More.Other o) { lock (o.C) { lock (s.A) { } } } }", other));

        Assert.Equal("Other.C>Store.A:Cycle Store.A>Store.B:Cycle Store.B>Other.C:Cycle", Kinds(graph));
        Assert.Single(graph.AcrossProjects);
    }

    [Fact]
    public void CommonOuterLock_KeepsThePathsApart() =>
        Assert.Empty(Of(
            Library("One", "public class One { public void M(Lib.Store s) { lock (Lib.Store.Big) { lock (s.A) { lock (s.B) { } } } } }"),
            Library("Two", "public class Two { public void M(Lib.Store s) { lock (Lib.Store.Big) { lock (s.B) { lock (s.A) { } } } } }")).AcrossProjects);

    [Fact]
    public void OuterLockOfTheCallers_KeepsThePathsApart() =>
        Assert.Empty(Of(
            Library("One", "public class One { public void N(Lib.Store s) { lock (Lib.Store.Big) { M(s); } } private void M(Lib.Store s) { lock (s.A) { lock (s.B) { } } } }"),
            Library("Two", "public class Two { public void M(Lib.Store s) { lock (Lib.Store.Big) { lock (s.B) { lock (s.A) { } } } } }")).AcrossProjects);

    [Fact]
    public void TwoPrograms_AreNeverInOneProcess()
    {
        var (one, two) = (Program("One", AThenB), Program("Two", BThenA));
        Assert.Empty(Of(one, two).AcrossProjects);
        // Unless something runs both, as a test of them does.
        Assert.Single(Of(one, two, Library("Tests", "class Tests { One? _one; Two? _two; }", one, two)).AcrossProjects);
    }

    [Fact]
    public void ProgramAndItsLibrary_AreInOneProcess()
    {
        var two = Library("Two", BThenA);
        Assert.Single(Of(Program("One", AThenB + " class Uses { Two? _two; }", two), two).AcrossProjects);
    }

    [Fact]
    public void TwoFrameworksOfAProject_AreNeverInOneProcess() =>
        Assert.Empty(Of(Library("One", AThenB), Library("Two", BThenA) with { Path = "/src/One.csproj", TargetFramework = "net8.0" }).AcrossProjects);

    [Fact]
    public void Readers_ThatPassWriters_DoNotWaitForEachOther()
    {
        // Two readers with a writer between them do wait.
        const string locks = "namespace R; public class Pair { public readonly System.Threading.ReaderWriterLockSlim X = new(), Y = new(); }";
        var pair = InMemory.Project("R", locks, OutputKind.DynamicallyLinkedLibrary);
        var graph = Of(pair,
            Library("One", "public class One { public void M(R.Pair p) { p.X.EnterWriteLock(); try { p.Y.EnterWriteLock(); p.Y.ExitWriteLock(); } finally { p.X.ExitWriteLock(); } } }", pair),
            Library("Two", "public class Two { public void M(R.Pair p) { p.Y.EnterReadLock(); try { p.X.EnterReadLock(); p.X.ExitReadLock(); } finally { p.Y.ExitReadLock(); } } }", pair));
        Assert.Single(graph.AcrossProjects);
    }
}
