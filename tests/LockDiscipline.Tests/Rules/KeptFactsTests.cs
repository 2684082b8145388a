namespace LockDiscipline.Tests.Rules;

/// <summary>What is kept of members over an edit is true after it: whatever was changed, and in which order, an editor shows what a first look would.</summary>
public sealed class KeptFactsTests
{
    // Each file with the places in it that are changed: a place stands as its number in braces, and takes one of its texts.
    static readonly (string Text, string[][] Places)[] s_files =
    [
        ("""
        using System.Threading;
        public static class Calls
        {
            static readonly object s_a = new(), s_b = new();
            static SpinLock s_spin = new();
            static void One() { lock (s_a) { Far.{0}(s_b); } }
            static void Other() { lock (s_b) { {1} } }
            static void Spinning()
            {
                bool taken = false;
                try { s_spin.Enter(ref taken); Near.Step({2}); Shape.Any.Draw(); }
                finally { if (taken) s_spin.Exit(); }
            }
            static void Takes(Store store) { store.Open(); {3} }
            static void Slots(Store store) { store.Slots.Wait(); store.Work(); {4} }
            static void Guarded(Store store) { store.Give(1); store.Put(1); {5} }
        }
        """,
        [
            ["Through", "Take"], ["Near.Step(1);", "Far.Take(s_a);", "Far.Through(s_a);"], ["0", "1"], ["", "store.Close();"], ["store.Slots.Release();", ""],
            ["lock (store.Other) store.Value++;", "lock (store.Gate) store.Value++;"],
        ]),
        ("""
        using System.Threading;
        public static class Near
        {
            internal static void Step(int kind) { {0} }
            internal static void Deeper(object gate) { {1} }
        }
        """,
        [
            ["_ = nameof(Thread.Sleep);", "if (kind > 0) Thread.Sleep(1);", "Far.Idle();", "Thread.Sleep(1);", "_ = kind; Thread.Sleep(2);"],
            ["_ = Monitor.IsEntered(gate);", "Monitor.Enter(gate);", "Monitor.Enter(gate); Monitor.Exit(gate);", "Monitor.Enter(gate); _ = gate; Monitor.Exit(gate);", "Monitor.Exit(gate);"],
        ]),
        ("""
        using System.Threading;
        public static class Far
        {
            internal static void Take(object gate) { {0} }
            internal static void Through(object gate) => Near.Deeper(gate);
            internal static void Idle() { {1} }
        }
        """,
        [["_ = Monitor.IsEntered(gate);", "Monitor.Enter(gate); Monitor.Exit(gate);", "Near.Deeper(gate); Monitor.Pulse(gate);"], ["_ = nameof(Thread.Sleep);", "Near.Deeper(new object());", "Thread.Sleep(3);", "Near.Step(1);"]]),
        ("""
        using System.Threading;
        using LockDiscipline;
        public class Store{0}
        {
            public readonly object Gate = new(), Other = new();
            {1}public int Value;
            public readonly SemaphoreSlim Slots = {2};
            object Mine => {3};
            internal void Open() { {4} }
            internal void Close() { {5} }
            internal void Work() { {6} }
            internal void Put(int value) { lock (Mine) Value = value; }
            {7}internal void Give(int value) { {8} }
        }
        """,
        [
            ["", " : Base"], ["", "[GuardedBy(\"Gate\")] ", "[GuardedBy(\"Other\")] "], ["new(1, 1)", "new(0, 1)"], ["Gate", "Other"],
            ["_ = Monitor.IsEntered(Gate);", "Monitor.Enter(Gate);", "this.Start(); _ = nameof(Monitor.Enter);"], ["_ = Monitor.IsEntered(Gate);", "Monitor.Exit(Gate);"],
            ["_ = nameof(Slots.Wait);", "Slots.Wait();", "Slots.Wait(); Slots.Release();", "this.Run(); _ = nameof(Slots.Wait);"], ["", "[RequiresLock(\"Gate\")] ", "[ExcludesLock(\"Gate\")] "],
            ["Value = value;", "Put(value);", "lock (Gate) Value = value;"],
        ]),
        ("""
        using System.Threading;
        public class Base { }
        public interface IShape { void Draw(); }
        public static class Shape
        {
            internal static readonly IShape Any = {0};
        }
        sealed class Square : IShape { public void Draw() { {1} } }
        sealed class Round : IShape { public void Draw() => Far.Idle(); }
        public static class Extensions
        {
            internal static void Start(this object store) { {2} }
            internal static void Run(this Store store) { {3} }
        }
        """,
        [
            ["new Square()", "new Round()"], ["_ = nameof(Thread.Sleep);", "Near.Step(1);", "Thread.Sleep(1);"], ["_ = Monitor.IsEntered(store);", "Monitor.Enter(store);", "Monitor.Enter(store); Monitor.Exit(store);"],
            ["_ = nameof(Monitor.Enter);", "store.Slots.Wait();"],
        ]),
    ];

    // What is found in a helper is for its callers to say, and what in a member for code that it never names.
    static readonly (string Text, string[][] Places)[] s_helpers =
    [
        ("""
        using System.Threading;
        using LockDiscipline;
        public class Account
        {
            internal readonly object Gate = new();
            internal object Loose = new();
            [GuardedBy("Gate")] internal int Sum;
            internal void Add(int value) { {0} }
            internal void Opened() { Monitor.Enter(Gate); {1} }
            public void Both() { lock (Gate) { {2} } }
            internal int Read { get { {3} } set { lock (Gate) { {4} } } }
            [NoLockAnalysis("told apart")] internal void Waived() { {5} }
            public void Tell(IListener listener) { lock (Gate) { listener.Heard({6}); } }
            public void TellTwice(IListener listener) { lock (Loose) { listener.Heard(1); } }
        }
        """,
        [
            ["Sum += value;", "Sum -= value;", "lock (Gate) Sum += value;", "// nothing\n _ = value;"], ["Sum++;", "Sum++; Monitor.Exit(Gate);"], ["Add(1);", "Bank.Move(this);", "_ = Read;"],
            ["return Sum;", "lock (Gate) return Sum;"], ["Sum = value;", "Add(value);"], ["Sum = 1;", "_ = Gate;", "Bank.Move(this);"], ["0", "Read"],
        ]),
        ("""
        using System.Threading;
        using LockDiscipline;
        public static class Bank
        {
            static readonly ReaderWriterLockSlim s_table = new();
            [GuardedBy(nameof(s_table))] static int s_count;
            internal static void Move(Account a) { {0} }
            internal static void Held(Account a) { {1} }
            public static void Count() { s_table.EnterWriteLock(); try { {2} } finally { s_table.ExitWriteLock(); } }
            static int Counted() { return {3}; }
        }
        """,
        [
            ["a.Add(2);", "_ = a; a.Add(1);", "lock (a.Gate) a.Add(2);", "a.Opened();"], ["lock (a.Gate) { Move(a); }", "Move(a);", "a.Opened(); Monitor.Exit(a.Gate);", "_ = a.Read;"],
            ["_ = s_count;", "s_count++;", "_ = Counted();"], ["s_count", "s_count++", "0"],
        ]),
        ("""
        using System.Threading;
        using LockDiscipline;
        public interface IListener { void Heard(int what); }
        sealed class Quiet : IListener { public void Heard(int what) { {0} } }
        static class Order
        {
            static readonly object s_first = new(), s_second = new(), s_gate = new();
            static void Ab() { lock (s_first) { Inner(); } }
            static void Inner() { {1} }
            static void Ba() { {2} }
            static void Replace(Account a) { {3} }
            internal static void Outside(Account a) { {4} }
        }
        """,
        [
            ["", "lock (this) { }", "_ = what;"], ["lock (s_second) { }", "_ = s_second;", "lock (s_gate) { }"],
            ["lock (s_second) lock (s_first) { }", "_ = s_first;", "lock (s_gate) { } } static void Turned() { lock (s_second) lock (s_first) { }"],
            ["a.Loose = new();", "_ = a.Loose;"], ["a.Add(3);", "lock (a.Gate) { a.Add(3); }", "a.Sum = 4;", "Bank.Held(a);"],
        ]),
    ];

    // Of each: who asks, who is asked and is not changed, and what that one rests on, before and after.
    [Theory]
    [InlineData("void Asks() { Middle.Ask(this); }", "internal static void Ask(object o) { _ = Monitor.IsEntered(o); Last.Do(o); }", "{ Monitor.Enter(o); Monitor.Exit(o); }", "{ Monitor.Enter(o); }", "LCK1004")]
    [InlineData("SpinLock _spin; void Asks() { bool t = false; try { _spin.Enter(ref t); Middle.Ask(this); } finally { if (t) _spin.Exit(); } }", "internal static void Ask(object o) { Last.Do(null); }", "{ _ = nameof(Thread.Sleep); }", "{ Thread.Sleep(1); }", "LCK2001")]
    [InlineData("void Asks() { lock (Last.A) Middle.Ask(null); } void Turned() { lock (Last.B) lock (Last.A) { } }", "internal static void Ask(object o) { Last.Do(o); }", "{ lock (o ?? new object()) { } }", "{ lock (B) { } }", "LCK2003")]
    [InlineData("void Turned() { lock (Last.B) lock (Last.A) { } }", "internal static void Ask(object o) { lock (Last.A) Last.Do(o); }", "{ lock (o) { } }", "{ lock (B) { } }", "LCK2003")]
    // For which arguments a helper locks; what a method that others can call does to a lock it is given.
    [InlineData("void Asks() { lock (Last.A) Middle.Ask(null); } void Turned() { lock (Last.B) lock (Last.A) { } }", "internal static void Ask(object o) { Last.Do(o); }", "{ if (o != null) lock (B) { } }", "{ lock (B) { } }", "LCK2003")]
    [InlineData("void Asks() { lock (this) { } Open.Exit(this); }", "internal static void Ask(object o) { Last.Do(o); }", "{ _ = o; } } public static class Open { public static void Exit(object o) { _ = nameof(Monitor.Exit); }", "{ _ = o; } } public static class Open { public static void Exit(object o) { Monitor.Exit(o); }", "LCK1005")]
    // A caller that was none before, or is none any more.
    [InlineData("internal readonly object Gate = new(); [GuardedBy(\"Gate\")] int _n; internal void Add() { _n++; }", "internal static void Ask(object o) { Last.Do(o); }", "{ _ = o; }", "{ var a = (Asker)o; lock (a.Gate) a.Add(); }", "LCK9004")]
    [InlineData("internal readonly object Gate = new(); [GuardedBy(\"Gate\")] int _n; internal void Add() { _n++; }", "internal static void Ask(object o) { Last.Do(o); }", "{ var a = (Asker)o; lock (a.Gate) a.Add(); }", "{ _ = o; }", "LCK1001")]
    [InlineData("internal readonly object Gate = new(); [GuardedBy(\"Gate\")] int _n; internal void Add() { _n++; }", "internal static void Ask(object o) { lock (((Asker)o).Gate) ((Asker)o).Add(); }", "{ var a = (Asker)o; a.Add(); }", "{ var a = (Asker)o; lock (a.Gate) a.Add(); }", "LCK9004")]
    [InlineData("void Asks() { lock (Last.A) { lock (Last.B) { } } }", "internal static void Ask(object o) { Last.Do(o); }", "{ _ = o; }", "{ lock (B) lock (A) { } }", "LCK2003")]
    [InlineData("void Asks() { lock (Middle.Gate) lock (Last.A) { lock (Last.B) { } } } internal static void Turned() { lock (Last.B) lock (Last.A) { } }", "internal static readonly object Gate = new(); internal static void Ask(object o) { lock (Gate) Asker.Turned(); }", "{ lock (Middle.Gate) Asker.Turned(); }", "{ Asker.Turned(); }", "LCK2003")]
    // What overrides or implements, and what a waiver waives.
    [InlineData("interface IHeard { void Hear(); } class Heard : IHeard { public void Hear() => Last.Hear(); } object _o = new(); IHeard _h = new Heard(); void Asks() { lock (_o) Middle.Ask(_o); }", "internal static void Ask(object o) { Last.Do(o); }", "{ _ = o; } internal static void Hear() { }", "{ Monitor.Exit(o); } internal static void Hear() { }", "LCK1005")]
    [InlineData("[NoLockAnalysis(\"told\")] void Waived() { Middle.Ask(this); }", "internal static void Ask(object o) { Last.Do(o); }", "{ Monitor.Enter(o); }", "{ _ = o; }", "LCK9005")]
    [InlineData("internal object Loose = new(); void Asks() { lock (Loose) { } }", "internal static void Ask(object o) { Last.Do(o); }", "{ _ = o; }", "{ ((Asker)o).Loose = new(); }", "LCK1011 /0.cs [111..116) Warning")]
    // What is declared elsewhere.
    [InlineData("readonly object _o = new(); [GuardedBy(\"_o\")] int _n; void Asks() { if (Last.IsOn) _n++; }", "internal static void Ask(object o) { Last.Do(o); }", "{ } internal const bool IsOn = false;", "{ } internal const bool IsOn = true;", "LCK1001")]
    public async Task ChangeOfWhatAMemberRestsOn_IsSeenByThoseThatAskIt(string asks, string asked, string before, string after, string rule)
    {
        const string Usings = "using System.Threading; using LockDiscipline;\n";
        string Last(string body) => $"{Usings}static class Last {{ public static readonly object A = new(), B = new(); internal static void Do(object o) {body} }}";
        var project = new EditedProject($"{Usings}class Asker {{ {asks} }}", $"{Usings}static class Middle {{ {asked} }}", Last(before));
        for (int round = 0; round < 2; round++)
        {
            Assert.DoesNotContain(await project.FindAsAnew(), text => text.StartsWith(rule, StringComparison.Ordinal));
            project.Replace(2, Last(after));
            Assert.Contains(await project.FindIn(0), text => text.StartsWith(rule, StringComparison.Ordinal));
            await project.FindAsAnew();
            project.Replace(2, Last(before));
        }
    }

    [Fact]
    public async Task MembersThatLeadBack_AreAskedForAgainWhereTheCodeThatLinksThemChanges()
    {
        const string Usings = "using System.Collections.Generic;\n";
        string Link(string body) => $"{Usings}public partial class Node {{ Node _parent; readonly List<Node> _children = new(); public void Add(Node child) {{ {body} }} }}";
        var project = new EditedProject(
            $"{Usings}public partial class Node {{ readonly object _l = new(); public void Up() {{ lock (_l) lock (_parent._l) {{ }} }} public void Down() {{ lock (_l) foreach (var child in _children) lock (child._l) {{ }} }} }}",
            Link("_children.Add(child);"));
        for (int round = 0; round < 2; round++)
        {
            Assert.DoesNotContain(await project.FindAsAnew(), text => text.StartsWith("LCK2003", StringComparison.Ordinal));
            project.Replace(1, Link("_children.Add(child); child._parent = this;"));
            Assert.Contains(await project.FindIn(0), text => text.StartsWith("LCK2003", StringComparison.Ordinal));
            await project.FindAsAnew();
            project.Replace(1, Link("_children.Add(child);"));
        }
    }

    [Fact]
    public async Task SemaphoreGivenToAHelper_IsALockAsLongAsItIsMadeAsOne()
    {
        const string Usings = "using System.Threading; using LockDiscipline;\n";
        string Made(string made) => $"{Usings}partial class C {{ readonly SemaphoreSlim _s = {made}; }}";
        var project = new EditedProject($"{Usings}partial class C {{ public void M() {{ H.Take(_s); }} }}", $"{Usings}static class H {{ internal static void Take(SemaphoreSlim s) {{ s.Wait(); }} }}", Made("new(3)"));
        for (int round = 0; round < 2; round++)
        {
            Assert.DoesNotContain(await project.FindAsAnew(), text => text.StartsWith("LCK1004", StringComparison.Ordinal));
            project.Replace(2, Made("new(1, 1)"));
            Assert.Contains(await project.FindIn(0), text => text.StartsWith("LCK1004", StringComparison.Ordinal));
            await project.FindAsAnew();
            project.Replace(2, Made("new(3)"));
        }
    }

    [Fact]
    public async Task AnswerFirstAskedForBetweenTwoEditsOfItsFile_IsTheOneThatCallersWereTold()
    {
        const string Usings = "using System.Threading; using LockDiscipline;\n";
        string Asker(string section) => $"{Usings}class Asker {{ SpinLock _spin; void Asks() {{ bool t = false; try {{ {section} }} finally {{ if (t) _spin.Exit(); }} }} }}";
        string Last(string body, string other) => $"{Usings}static class Last {{ internal static void Do() {{ {body} }} internal static void Other() {{ {other} }} }}";
        const string Quiet = "_ = nameof(Thread.Sleep);";
        var project = new EditedProject(Asker("Middle.Ask();"), $"{Usings}static class Middle {{ internal static void Ask() {{ Last.Do(); }} }}", Last(Quiet, "_ = 0;"));
        await project.FindAsAnew();
        project.Replace(2, Last(Quiet, "_ = 1;"));
        await project.FindIn(2);
        project.Replace(0, Asker("_spin.Enter(ref t); Middle.Ask();"));
        Assert.DoesNotContain(await project.FindIn(0), text => text.StartsWith("LCK2001", StringComparison.Ordinal));
        project.Replace(2, Last("Thread.Sleep(1);", "_ = 1;"));
        Assert.Contains(await project.FindIn(0), text => text.StartsWith("LCK2001", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task AnyEdits_ShowWhatAFirstLookShows(int seed) => Edit(s_files, seed, kinds: 3);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task AnyEditsAroundHelpers_ShowWhatAFirstLookShows(int seed) => Edit(s_helpers, seed, kinds: 6);

    static async Task Edit((string Text, string[][] Places)[] files, int seed, int kinds)
    {
        var random = new Random(seed);
        var chosen = files.Select(file => file.Places.Select(texts => texts[0]).ToArray()).ToArray();
        var project = new EditedProject([.. files.Select((file, i) => Fill(file.Text, chosen[i]))]);
        var seen = new HashSet<string>();
        for (int step = 0; step < 40; step++)
        {
            int file = random.Next(files.Length), place = random.Next(files[file].Places.Length);
            var texts = files[file].Places[place];
            chosen[file][place] = texts[random.Next(texts.Length)];
            // A comment, and a line's place, change nothing.
            project.Replace(file, $"// step {step}\n{Fill(files[file].Text, chosen[file])}");
            // What an editor asks for first leaves its answers behind.
            await project.FindIn(random.Next(files.Length));
            seen.UnionWith((await project.FindAsAnew()).Select(text => text.Split(' ')[0]));
        }

        Assert.True(seen.Count >= kinds, string.Join(", ", seen));
    }

    // What is kept lives as long as the trees, of which an editor has all but one in the next compilation.
    [Fact]
    public async Task WhatIsKept_HoldsNoCompilation()
    {
        var files = s_files.Concat(s_helpers).Select(file => Fill(file.Text, [.. file.Places.Select(texts => texts[0])])).ToArray();
        var project = new EditedProject(files);
        var former = await project.AnalyseAndReplace(0, $"// edited\n{files[0]}");
        for (int i = 0; i < 10 && former.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(former.IsAlive);
        GC.KeepAlive(project);
    }

    static string Fill(string text, string[] chosen)
    {
        for (int i = 0; i < chosen.Length; i++)
            text = text.Replace($"{{{i}}}", chosen[i], StringComparison.Ordinal);
        return text;
    }
}
