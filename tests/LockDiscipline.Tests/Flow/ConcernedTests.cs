using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Flow;

/// <summary>Bodies with one thing only in them that has to do with a contract, each in another form: what is looked through before anything is solved must not pass them over.</summary>
public sealed class ConcernedTests
{
    [Fact]
    public Task OneUseInABody_InEveryForm_IsFound() => Flows.VerifyAsync("""
        static class All { public static readonly Gate Gate = new(); }
        class Numbers
        {
            public Cursor GetEnumerator() => new();
            public sealed class Cursor { [RequiresLock("All.Gate")] public bool MoveNext() => false; public int Current => 0; }
        }
        class Work
        {
            public Awaiter GetAwaiter() => new();
            public sealed class Awaiter : System.Runtime.CompilerServices.INotifyCompletion
            {
                public bool IsCompleted => true;
                [RequiresLock("All.Gate")] public void GetResult() { }
                public void OnCompleted(Action next) { }
            }
        }
        ref struct Window { [RequiresLock("All.Gate")] public void Dispose() { } }
        class Count
        {
            [GuardedBy("All.Gate")] public int Field;
            [GuardedBy("All.Gate")] public int Size { get; set; }
            public int Length => 1;
            public int this[int i] { [RequiresLock("All.Gate")] get => i; }
            [RequiresLock("All.Gate")] public int Get() => 1;
            [RequiresLock("All.Gate")] public void Deconstruct(out int a, out int b) => a = b = 1;
            [RequiresLock("All.Gate")] public static int operator +(Count a, int b) => b;
            [RequiresLock("All.Gate")] public static Count operator ++(Count a) => a;
            [RequiresLock("All.Gate")] public static implicit operator int(Count a) => 1;
            public event Action Changed { [RequiresLock("All.Gate")] add { } [RequiresLock("All.Gate")] remove { } }
        }
        static class Extensions { [RequiresLock("All.Gate")] public static int Twice(this Count count) => 2; }
        class Base { [RequiresLock("All.Gate")] protected Base() { } [RequiresLock("All.Gate")] protected Base(int size) { } }
        class Implied : Base { public {|LCK1002:Implied|}() { } }
        class Named : Base { public Named() : {|LCK1002:base|}(1) { } }
        class Uses
        {
            static Count Make() => new();
            int _field = {|LCK1002:Make()[0]|};
            int Arrow => Make().{|LCK1002:Get|}();
            void Loop(Numbers numbers) { foreach (var x in {|LCK1002:numbers|}) { } }
            async Task Awaited(Work work) => await {|LCK1002:work|};
            void Used() { using var window = new {|LCK1002:Window|}(); }
            int Sum(Count count) => {|LCK1002:count + 1|};
            void Next(Count count) => {|LCK1002:count++|};
            int Converted(Count count) => {|LCK1002:count|};
            int Last(Count count) => {|LCK1002:count[^1]|};
            bool Matched(Count count) => count is { {|LCK1001:Size|}: 1 };
            bool Taken(Count count) => count is {|LCK1002:(1, 2)|};
            void Apart(Count count) { var (a, b) = {|LCK1002:count|}; }
            Func<int> Handed(Count count) => count.{|LCK1002:Get|};
            int Extended(Count count) => count.{|LCK1002:Twice|}();
            int Chosen(Count? count) => count?.{|LCK1002:Get|}() ?? 0;
            object Filled() => new List<int> { Make().{|LCK1002:Get|}() };
            void Heard(Count count) => count.{|LCK1002:Changed|} += null;
            ref int Lent(Count count) => ref count.{|LCK1001:Field|};
            string Told(Count count) => $"{count.{|LCK1002:Get|}()}";
            int Later(Count count) { int Local() => count.{|LCK1002:Get|}(); return Local(); }
            Func<int> Deferred(Count count) => () => count.{|LCK1002:Get|}();
            IEnumerable<int> Asked(IEnumerable<Count> counts) => from count in counts select count.{|LCK1002:Get|}();
        }
        """);

    [Fact]
    public Task EffectOfAHelper_ThroughMembersWithoutAny_IsFound() => Flows.VerifyAsync("""
        class C
        {
            readonly Gate _gate = new();
            int _n;
            void Open() => _gate.Enter();
            void Deeper() => Open();
            int Plain() => _n + 1;
            bool Enter => Plain() > 0;
            public void Wrong() { _n = Plain(); {|LCK1004:Deeper|}(); }
            public void Right() { Deeper(); _n = Plain(); _gate.Exit(); }
            public int Neither() => Enter ? Plain() : 0;
        }
        """);

    [Fact]
    public Task WaitsFarAway_UnderALock_AreFound() => Flows.VerifyAsync("""
        class C
        {
            readonly Spin _spin = new();
            public void M() { _spin.Enter(); {|LCK2001:First|}(); Silent(); _spin.Exit(); }
            void First() => Second();
            void Second() => Third(new List<int> { 1 });
            void Third(List<int> list) => list.ForEach(x => Thread.Sleep(x));
            void Silent() => Quiet(1);
            int Quiet(int x) => x == 0 ? 0 : Quiet(x - 1);
        }
        """);
}
