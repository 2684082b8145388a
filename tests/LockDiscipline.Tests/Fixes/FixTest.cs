using LockDiscipline.Analyzers.Rules;
using LockDiscipline.Tests.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace LockDiscipline.Tests.Fixes;

/// <summary>Fixes of the flow rules, tried on the locks and the class that the flow tests share.</summary>
internal static class FixTest<TFix>
    where TFix : CodeFixProvider, new()
{
    /// <summary>The members before and after the fix; findings that remain are marked in both.</summary>
    public static Task VerifyMembersAsync(string before, string after, string? key = null, int? iterations = null) =>
        VerifyAsync(Class(before), Class(after), key, iterations);

    /// <summary>No fix is offered for the findings marked.</summary>
    public static Task VerifyNoneAsync(string members, string? key = null) => VerifyMembersAsync(members, members, key);

    /// <summary>A whole source that may use the shared locks.</summary>
    public static Task VerifyAsync(string before, string after, string? key = null, int? iterations = null)
    {
        var test = Create(key);
        test.TestCode = Flows.Usings + before + Flows.Locks;
        test.FixedCode = Flows.Usings + after + Flows.Locks;
        test.NumberOfIncrementalIterations = iterations;
        return test.RunAsync();
    }

    /// <summary>The sources exactly as given, without anything shared.</summary>
    public static Task VerifyBareAsync(string before, string after, string? key = null, OutputKind? kind = null)
    {
        var test = Create(key);
        test.TestState.OutputKind = kind;
        test.TestCode = before;
        test.FixedCode = after;
        return test.RunAsync();
    }

    /// <summary>Several documents, each with what it is to become.</summary>
    public static Task VerifyDocumentsAsync(string? key, params (string Before, string After)[] documents)
    {
        var test = Create(key);
        test.TestState.Sources.Add("Locks.cs", Flows.Usings + Flows.Locks);
        test.FixedState.Sources.Add("Locks.cs", Flows.Usings + Flows.Locks);
        for (int i = 0; i < documents.Length; i++)
        {
            test.TestState.Sources.Add($"Part{i}.cs", Flows.Usings + documents[i].Before);
            test.FixedState.Sources.Add($"Part{i}.cs", Flows.Usings + documents[i].After);
        }

        return test.RunAsync();
    }

    static CSharpCodeFixVerifier<FlowAnalyzer, TFix>.Test Create(string? key)
    {
        var test = new CSharpCodeFixVerifier<FlowAnalyzer, TFix>.Test { CodeActionEquivalenceKey = key };
        if (!new TFix().FixableDiagnosticIds.Contains(Flows.Offers))
            test.DisabledDiagnostics.Add(Flows.Offers);
        return test;
    }

    static string Class(string members) => $$"""
        public class C
        {
            readonly Gate _gate = new();
            readonly Gate _other = new();
            readonly Spin _spin = new();
            readonly Shared _rw = new();
            readonly object _sync = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            SpinLock _raw = new();
            [GuardedBy("_gate")] int _n;
            [GuardedBy("_rw")] int _m;
            [GuardedBy("_sync")] int _k;
            [GuardedBy("_sync")] int _l;
            [GuardedBy("_sem")] int _s;
            [GuardedBy("_raw")] int _r;

            static void Work() { }
            static void Work(int value) { }
            static bool Cond() => true;
            static Errno Do() => Errno.Success;

        {{members}}
        }
        """;
}

internal static class SourceLists
{
    public static void Add(this SourceFileList list, string name, string source) => list.Add((name, source));
}
