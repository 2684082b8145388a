using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Sources that most flow tests share: a few kinds of lock, each with its contract.</summary>
internal static class Flows
{
    internal const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;
        using LockDiscipline;

        """;

    internal const string Locks = """


        [Lock("mutex")]
        public class Gate
        {
            [AcquiresLock] public void Enter() { }
            [TryAcquiresLock] public bool TryEnter() => true;
            [ReleasesLock] public void Exit() { }
            [AssertsLock] public void AssertHeld() { }
            [TestsLock] public bool IsHeld => true;
            [AcquiresLock] public Scope Open() => new Scope(this);
        }

        [ScopedLock]
        public class Scope : IDisposable
        {
            [AcquiresLock("gate")] public Scope(Gate gate) { }
            public void Dispose() { }
            [ReleasesLock] public void Release() { }
            [AcquiresLock] public void Reacquire() { }
        }

        [Lock("spin lock", Spinning = true)]
        public class Spin
        {
            [AcquiresLock] public void Enter() { }
            [TryAcquiresLock] public bool TryEnter() => true;
            [ReleasesLock] public void Exit() { }
        }

        [Lock("rw lock")]
        public class Shared
        {
            [AcquiresLock(Shared = true)] public void EnterRead() { }
            [ReleasesLock(Shared = true)] public void ExitRead() { }
            [AcquiresLock] public void EnterWrite() { }
            [ReleasesLock(Shared = false)] public void ExitWrite() { }
            [DowngradesLock("this")] public void Downgrade() { }
        }

        [MustCheck]
        public enum Errno { Success, Again, NoMemory }
        """;

    /// <summary>What could be written down of helpers: told where that is the question only.</summary>
    internal const string Offers = "LCK9004";

    /// <summary>Verifies a source that may use the shared locks, with every rule of the flow analysis on that tells of mistakes.</summary>
    public static Task VerifyAsync(string source, params DiagnosticResult[] expected)
    {
        var test = new VerifyCS.Test { TestCode = Complete(source) };
        test.ExpectedDiagnostics.AddRange(expected);
        test.DisabledDiagnostics.Add(Offers);
        return test.RunAsync();
    }

    /// <summary>Verifies the members of that class, with what could be written down of helpers.</summary>
    public static Task VerifyOffersAsync(string members, params DiagnosticResult[] expected) => VerifyCS.VerifyAnalyzerAsync(null, Complete(WithMembers(members)), expected);

    /// <summary>The same with an <c>.editorconfig</c> that has one line for all C# files.</summary>
    public static Task VerifyWithOptionAsync(string option, string source)
    {
        var test = new VerifyCS.Test { TestCode = Complete(source) };
        test.DisabledDiagnostics.Add(Offers);
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", $"root = true\n[*.cs]\n{option}\n"));
        return test.RunAsync();
    }

    /// <summary>A finding of one rule, with the places that its markup numbers: the finding's own, then those it refers to.</summary>
    public static DiagnosticResult Finding(string id, params int[] places)
    {
        var result = VerifyCS.Diagnostic(id);
        foreach (var place in places)
            result = result.WithLocation(place);
        return result;
    }

    /// <summary>Verifies a program of top-level statements.</summary>
    public static Task VerifyProgramAsync(string source)
    {
        var test = new VerifyCS.Test { TestCode = Complete(source) };
        test.DisabledDiagnostics.Add(Offers);
        test.TestState.OutputKind = Microsoft.CodeAnalysis.OutputKind.ConsoleApplication;
        return test.RunAsync();
    }

    /// <summary>A source with the usings before it and the shared locks behind it.</summary>
    public static string Complete(string source) => Usings + source + Locks;

    /// <summary>Verifies the members of one class with a few fields.</summary>
    public static Task VerifyMembersAsync(string members, params DiagnosticResult[] expected) => VerifyAsync(WithMembers(members), expected);

    /// <summary>That class.</summary>
    public static string WithMembers(string members) => $$"""
        public class C
        {
            readonly Gate _gate = new();
            readonly Gate _other = new();
            readonly Spin _spin = new();
            readonly Shared _rw = new();
            readonly object _sync = new();
            [GuardedBy("_gate")] int _n;
            [GuardedBy("_rw")] int _m;
            [GuardedBy("_sync")] int _k;

            static void Work() { }
            static bool Cond() => true;
            static Errno Do() => Errno.Success;

        {{members}}
        }
        """;
}
