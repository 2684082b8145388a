using System.Collections.Immutable;
using System.Text;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockDiscipline.Tests.Rules;

/// <summary>Whatever stands in the editor: no analyzer fails, each comes to an end, and a bound that is hit is told.</summary>
public sealed class RobustnessTests
{
    static readonly MetadataReference[] s_references = FindReferences();

    const string Sample = """
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using LockDiscipline;

        [Lock("gate")]
        public class Gate
        {
            [AcquiresLock] public void Enter() { }
            [TryAcquiresLock] public bool TryEnter() => true;
            [ReleasesLock] public void Exit() { }
        }

        [MustCheck] public enum Errno { Ok, Bad }
        [NoSleep] public delegate Errno Handler(int slot);

        public partial record Slot(Gate Gate, int Number);

        public class C<T> : IDisposable where T : class
        {
            readonly Gate _gate = new();
            readonly object _sync = new();
            readonly Lock _lock = new();
            [GuardedBy("_gate")] int _n = 1;
            int Count { get { lock (_sync) return _n; } set => _n = value; }
            int this[int i] => i;
            public C(Gate gate) : base() { _n = 2; }
            static Errno Do(out int x) { x = 1; return Errno.Ok; }
            [RequiresLock("_gate")] void Needs(T item) => _n++;
            public async Task<int> M(List<int> items, Handler handler, T item)
            {
                bool locked = false;
                Errno ret = 0;
                foreach (var i in items)
                {
                    if (!locked && i is > 3 and < 9)
                    {
                        _gate.Enter();
                        locked = true;
                    }
                    ret |= handler(i);
                    switch (i)
                    {
                        case 1: goto case 2;
                        case 2: continue;
                        default: break;
                    }
                }
                try
                {
                    Needs(item);
                    items.ForEach(x => { if (x > 3) _n += x; });
                    await Task.Delay(1).ConfigureAwait(false);
                    if (Do(out var y) != Errno.Ok) throw new InvalidOperationException($"{y}");
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    ret = Errno.Bad;
                }
                finally
                {
                    if (locked) _gate.Exit();
                }
                using (var scope = _lock.EnterScope()) { (_n, var z) = (1, 2); }
                var s = ret switch { Errno.Ok => 1, _ => Local(3) };
                ref int r = ref _n;
                r++;
                while (!_gate.TryEnter()) { }
                _gate?.Exit();
                return s + this[1];
                int Local(int n) => n > 0 ? Local(n - 1) : _n;
            }
            IEnumerable<int> Iterate() { lock (_sync) { yield return _n; } }
            public void Dispose() { }
        }
        """;

    static MetadataReference[] FindReferences()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string[] names = ["System.Private.CoreLib", "System.Runtime", "netstandard", "System.Collections", "System.Threading", "System.Linq", "System.Console"];
        return
        [
            .. names.Select(name => MetadataReference.CreateFromFile(Path.Combine(framework, name + ".dll"))),
            MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, "LockDiscipline.Annotations.dll")),
        ];
    }

    internal static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(string source, params string[] more)
    {
        var trees = more.Prepend(source).Select((text, i) => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), $"/0/{i}.cs"));
        var compilation = CSharpCompilation.Create(
            "Robust", trees, s_references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        DiagnosticAnalyzer[] analyzers = [new FlowAnalyzer(), new LCK9001ContractDoesNotBind(), new LCK9006UnknownOption()];
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var diagnostics = await compilation.WithAnalyzers([.. analyzers]).GetAnalyzerDiagnosticsAsync(limit.Token);
        var failed = diagnostics.FirstOrDefault(d => d.Id == "AD0001");
        Assert.True(failed is null, $"{failed?.GetMessage(null)}\n{source}");
        return diagnostics;
    }

    static string InMethod(string body) => $$"""
        using LockDiscipline;
        [Lock("gate")] public class Gate { [AcquiresLock] public void Enter() { } [ReleasesLock] public void Exit() { } }
        public class C
        {
            readonly Gate _gate = new();
            [GuardedBy("_gate")] int _n;
            public int M(bool[] f, int a, Gate[] gates)
            {
        {{body}}
                return a;
            }
        }
        """;

    [Fact]
    public async Task Sample_IsAnalysed()
    {
        var found = await AnalyzeAsync(Sample);
        Assert.Contains(found, d => d.Id == "LCK3002");
    }

    /// <summary>The sample as it is typed, cut behind every token; a part of the cuts each.</summary>
    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public async Task HalfTyped_AtEveryToken(int part)
    {
        var tokens = CSharpSyntaxTree.ParseText(Sample).GetRoot().DescendantTokens().ToList();
        for (int i = part; i < tokens.Count; i += 4)
            await AnalyzeAsync(Sample[..tokens[i].Span.End]);
    }

    /// <summary>The sample with one token left out.</summary>
    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public async Task OneTokenMissing_AtEveryToken(int part)
    {
        var tokens = CSharpSyntaxTree.ParseText(Sample).GetRoot().DescendantTokens().ToList();
        for (int i = part; i < tokens.Count; i += 4)
            await AnalyzeAsync(Sample.Remove(tokens[i].SpanStart, tokens[i].Span.Length));
    }

    [Theory]
    // Names and types that are not there.
    [InlineData("using LockDiscipline; class C { Nothing _gate; [GuardedBy(\"_gate\")] int _n; void M() { lock (_gate) _n++; _gate.Enter(); nowhere.Exit(); } }")]
    [InlineData("using LockDiscipline; class C { void M() { lock () { } lock (3) { } lock (null) { } lock (M) { } } }")]
    [InlineData("using LockDiscipline; class C { void M(int x) { x.Enter(); System.Threading.Monitor.Enter(); System.Threading.Monitor.Enter(1, 2, 3); System.Threading.Monitor.Exit(x: 3); } }")]
    // Types that contain or derive from themselves.
    [InlineData("using LockDiscipline; class A : B { [GuardedBy(\"Gate\")] int _n; void M() => _n++; } class B : A { public object Gate; }")]
    [InlineData("using LockDiscipline; interface I : J { [RequiresLock(\"x\")] void M(); } interface J : I { } class C : I { public void M() { } void N() => M(); }")]
    [InlineData("using LockDiscipline; struct S { S _s; [GuardedBy(\"_s\")] int _n; void M() => _n++; }")]
    [InlineData("using LockDiscipline; class C { object A => B; object B => A; [GuardedBy(\"A\")] int _n; void M() { lock (A) _n++; lock (B) _n++; } }")]
    [InlineData("using LockDiscipline; class C { [ReturnsLock(\"B\")] object A => B; [ReturnsLock(\"A\")] object B => A; [GuardedBy(\"A\")] int _n; void M() { lock (A) _n++; } }")]
    [InlineData("using LockDiscipline; class C<T> where T : C<T> { T _t; [GuardedBy(\"_t._t._t\")] int _n; void M() { lock (_t._t._t) _n++; } }")]
    [InlineData("using LockDiscipline; class C<T> where T : T { [GuardedBy(\"x.y\")] T x; void M() { x = default; } }")]
    // Contracts on what they are not for, and without sense.
    [InlineData("using LockDiscipline; [GuardedBy(\"x\")] class C { [RequiresLock(\"y\")] int _n; [Lock(\"z\")] void M() { _n++; } [MustCheck] void N() => N(); }")]
    [InlineData("using LockDiscipline; class C { [AcquiresLock] void M() { } [ReleasesLock(null)] void N() { } [GuardedBy(null, null)] int _n; [TryAcquiresLock(\"return\")] int T() => 1; void O() { M(); N(); _n++; if (T() > 1) { } } }")]
    [InlineData("using LockDiscipline; class C { [GuardedBy(1)] int _n; [GuardedBy(typeof(C))] int _m; [RequiresLock(\"a\", Shared = 3)] void M() { _n++; _m++; M(); } }")]
    [InlineData("using LockDiscipline; class C { [ErrorTest] bool T(int a, int b) => true; [SuccessTest] static bool U() => true; [OnSuccess] int _v; void M() { T(1, 2); U(); _v++; } }")]
    [InlineData("using LockDiscipline; class C { object _g; [AcquiresLock(\"_g\"), ReleasesLock(\"_g\"), ExcludesLock(\"_g\"), RequiresLock(\"_g\")] void M() => M(); }")]
    [InlineData("using LockDiscipline; [Lock(\"a\"), ScopedLock] class C { [AcquiresLock] public C() { } [ReleasesLock] public void Dispose() { new C(); using (new C()) Dispose(); } }")]
    // Code that calls itself.
    [InlineData("using LockDiscipline; class C { object _g; int M() => M() + N(); int N() => P + M(); int P => P; int this[int i] { get => this[i]; set => this[i] = value; } static C operator +(C a, C b) => a + b; public static implicit operator int(C c) => c; void O(C c) { lock (_g) { M(); int x = c + c; c[1]++; } } }")]
    [InlineData("using LockDiscipline; class C { object _g; void M() { lock (_g) { A(); void A() { B(); } void B() { A(); M(); } System.Action f = () => M(); f(); } } }")]
    [InlineData("class C { object _g; void M() { a: lock (_g) { goto a; } b: goto b; } void N() { while (true) lock (_g) { for (;;) { if (N == null) continue; break; } } } }")]
    public Task SourceWithErrorsAndKnots(string source) => AnalyzeAsync(source);

    [Fact]
    public Task DuplicateMembersAndFiles() => AnalyzeAsync(Sample, Sample);

    [Fact]
    public async Task DeepExpressions_ComeToAnEnd()
    {
        var sum = string.Join(" + ", Enumerable.Repeat("a", 1_000));
        var both = string.Join(" && ", Enumerable.Range(0, 1_000).Select(i => $"f[{i}]"));
        var nested = string.Concat(Enumerable.Repeat("(", 200)) + "a" + string.Concat(Enumerable.Repeat(" + 1)", 200));
        var found = await AnalyzeAsync(InMethod($"_gate.Enter(); a = {sum}; if ({both}) _n++; a = {nested}; _gate.Exit();"));
        Assert.All(found, d => Assert.Equal("LCK9007", d.Id));
    }

    // The compiler takes them without a stack; whoever follows each part into the next would end the process.
    [Fact]
    public async Task EndlessExpression_IsToldAndLeftAlone()
    {
        var sum = string.Join(" + ", Enumerable.Repeat("a", 20_000));
        var found = await AnalyzeAsync(InMethod($"_gate.Enter(); a = {sum}; System.Action later = () => a = {sum}; _gate.Exit();"));
        Assert.Equal("LCK9007", Assert.Single(found).Id);
        Assert.Empty(await AnalyzeAsync($"using LockDiscipline; class C {{ readonly object _o = new(); [NoLockAnalysis(\"made by a program\")] int M(int a) {{ lock (_o) return {sum}; }} }}"));
    }

    [Fact]
    public async Task OneLockTakenAgainAndAgain_ComesOutEven()
    {
        var source = $"class C {{ readonly object _o = new(); void M() {{ {string.Concat(Enumerable.Repeat("lock (_o) {", 100))} {new string('}', 100)} }} }}";
        Assert.DoesNotContain(await AnalyzeAsync(source), d => d.Id is "LCK1004" or "LCK1005");
    }

    [Fact]
    public async Task ManyOutcomesInOneExpression_AreTold()
    {
        var source = InMethod("").Replace("public class Gate {", "public class Gate { [TryAcquiresLock] public bool TryEnter() => true; ", StringComparison.Ordinal)
            .Replace("return a;", $"bool Use(params bool[] all) => true; return Use({string.Join(", ", Enumerable.Range(0, 12).Select(i => $"gates[{i}].TryEnter()"))}) ? 1 : 2;", StringComparison.Ordinal);
        Assert.Contains(await AnalyzeAsync(source), d => d.Id == "LCK9007");
    }

    [Fact]
    public async Task NestedTryFinally_ComesToAnEnd()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 50; i++)
            text.Append($"try {{ if (f[{i}]) return {i}; ");
        text.Append("_gate.Enter(); _n++; _gate.Exit();");
        for (int i = 0; i < 50; i++)
            text.Append("} finally { a++; }");
        var found = await AnalyzeAsync(InMethod(text.ToString()));
        Assert.All(found, d => Assert.Equal("LCK9007", d.Id));
    }

    [Fact]
    public async Task ManyBlocks_AreStillDecided()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 1_000; i++)
            text.Append($"if (f[{i}]) {{ _gate.Enter(); _n++; _gate.Exit(); }}");
        Assert.Empty(await AnalyzeAsync(InMethod(text.ToString())));
        var wrong = await AnalyzeAsync(InMethod(text.Append("_n++;").ToString()));
        Assert.Equal("LCK1001", Assert.Single(wrong).Id);
    }

    [Fact]
    public async Task ManyLocks_AreStillDecided()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 200; i++)
            text.Append($"gates[{i}].Enter();");
        for (int i = 199; i > 0; i--)
            text.Append($"gates[{i}].Exit();");
        var leak = Assert.Single(await AnalyzeAsync(InMethod(text.ToString())));
        Assert.Equal("LCK1004", leak.Id);
        Assert.Empty(await AnalyzeAsync(InMethod(text.Append("gates[0].Exit();").ToString())));
    }

    [Fact]
    public async Task CombinationsBeyondTheBound_AreTold()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++)
            text.Append($"if (f[{i}]) gates[{i}].Enter();");
        for (int i = 0; i < 8; i++)
            text.Append($"if (f[{i}]) gates[{i}].Exit();");
        var found = await AnalyzeAsync(InMethod(text.ToString()));
        Assert.Equal("LCK9007", Assert.Single(found).Id);
    }

    [Fact]
    public async Task LongChainOfHelpers_IsStillDecided()
    {
        Assert.Empty(Mistakes(await AnalyzeAsync(Chain("_gate.Exit(); _gate.Enter();"))));
        var found = Mistakes(await AnalyzeAsync(Chain("_gate.Exit();")));
        Assert.Equal("LCK1005", Assert.Single(found).Id);

        static IEnumerable<Diagnostic> Mistakes(IEnumerable<Diagnostic> found) => found.Where(diagnostic => diagnostic.Id != Flows.Offers);

        // The last of the helpers decides what the first one does to its caller.
        static string Chain(string last)
        {
            var text = new StringBuilder("using LockDiscipline; [Lock(\"g\")] public class Gate { [AcquiresLock] public void Enter() { } [ReleasesLock] public void Exit() { } } public class C { readonly Gate _gate = new(); public void M() { _gate.Enter(); H0(); _gate.Exit(); } ");
            for (int i = 0; i < 300; i++)
                text.Append($"void H{i}() {{ _ = nameof(_gate); H{i + 1}(); }} ");
            return text.Append($"void H300() {{ {last} }} }}").ToString();
        }
    }

    [Fact]
    public async Task NestedLambdas_ComeToAnEnd()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 30; i++)
            text.Append($"System.Action a{i} = () => {{ _gate.Enter(); _n++; ");
        for (int i = 0; i < 30; i++)
            text.Append("_gate.Exit(); };");
        Assert.Empty(await AnalyzeAsync(InMethod(text.ToString())));
    }

    [Fact]
    public async Task EmptyFiles_AreFine() => Assert.Empty(await AnalyzeAsync("", "// nothing", "using System;", "namespace N;"));
}
