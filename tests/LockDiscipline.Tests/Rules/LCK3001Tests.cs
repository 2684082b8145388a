namespace LockDiscipline.Tests.Rules;

/// <summary>LCK3001: an error result is dropped, or kept and on some path not tested.</summary>
public sealed class LCK3001Tests
{
    const string SomePath = "; on some path it is not";

    [Fact]
    public Task Dropped_FoundAtTheCall() => Flows.VerifyMembersAsync("""
        void M()
        {
            {|#0:Do|}();
        }
        """, Flows.Finding("LCK3001", 0).WithArguments("Do", ""));

    [Fact]
    public Task DroppedInEveryPlaceOfAStatement_Found() => Flows.VerifyMembersAsync("""
        void Arrow() => {|LCK3001:Do|}();
        void Nested(bool c) { if (c) {|LCK3001:Do|}(); }
        void Loop() { for ({|LCK3001:Do|}(); Cond(); {|LCK3001:Do|}()) { } }
        void Conditional(C other) => other?.{|LCK3001:DoIt|}();
        Errno DoIt() => Errno.Success;
        Action Lambda() => () => {|LCK3001:Do|}();
        void InPlace(List<int> items) => items.ForEach(i => {|LCK3001:Do|}());
        void Finally() { try { Work(); } finally { {|LCK3001:Do|}(); } }
        void Catch() { try { Work(); } catch (Exception) { {|LCK3001:Do|}(); } }
        void Using() { using (_gate.Open()) {|LCK3001:Do|}(); }
        void Locked() { lock (_sync) {|LCK3001:Do|}(); }
        void Switch(int n) { switch (n) { case 1: {|LCK3001:Do|}(); break; } }
        void Local() { F(); void F() => {|LCK3001:Do|}(); }
        public C() => {|LCK3001:Do|}();
        int Property { get { {|LCK3001:Do|}(); return 1; } set => {|LCK3001:Do|}(); }
        event Action E { add { {|LCK3001:Do|}(); } remove { } }
        ~C() { {|LCK3001:Do|}(); }
        """);

    [Fact]
    public Task ChosenForAnOutParameter_IsTheCallers() => Flows.VerifyMembersAsync("""
        void Chosen(bool c, out Errno outcome) { outcome = c ? Do() : Errno.Again; }
        void ChosenTwice(bool c, bool d, out Errno outcome) { outcome = c ? Do() : d ? Errno.Success : Errno.Again; }
        void ChosenByReference(bool c, ref Errno outcome) { outcome = c ? Do() : outcome; }
        void Local(bool c) { Errno outcome = c ? {|#0:Do|}() : Errno.Again; Work(); }
        """, Flows.Finding("LCK3001", 0).WithArguments("Do", SomePath));

    [Fact]
    public Task ExplicitDiscard_IsMeant() => Flows.VerifyMembersAsync("""
        void M()
        {
            _ = Do();
            (_, var a) = (Do(), 1);
        }
        async Task N()
        {
            _ = await DoAsync();
            _ = DoAsync();
        }
        Task<Errno> DoAsync() => Task.FromResult(Errno.Success);
        """);

    [Fact]
    public Task TestedReturnedOrPassedOn_Silent() => Flows.VerifyMembersAsync("""
        Errno _last;
        Errno[] _all = new Errno[3];
        static bool Failed(Errno e) => e != Errno.Success;
        static void Take(Errno e) { }
        Errno Returned() => Do();
        Errno ReturnedLater() { var r = Do(); Work(); return r; }
        void If() { if (Do() != Errno.Success) Work(); }
        void IfStored() { var r = Do(); if (r != Errno.Success) Work(); }
        void Helper() { var r = Do(); if (Failed(r)) Work(); }
        void Passed() => Take(Do());
        void PassedByName() { var r = Do(); Take(e: r); }
        void Is() { if (Do() is Errno.Success) Work(); }
        void IsNot() { var r = Do(); if (r is not Errno.Success) Work(); }
        void Or() { if (Do() is Errno.Again or Errno.NoMemory) Work(); }
        void Var() { if (Do() is var r && r != Errno.Success) Work(); }
        void Switch() { switch (Do()) { case Errno.Success: break; default: Work(); break; } }
        int SwitchExpression() => Do() switch { Errno.Success => 0, _ => 1 };
        int SwitchStored() { var r = Do(); return r switch { Errno.Success => 0, Errno.Again when Cond() => 2, _ => 1 }; }
        int Conditional() => Do() == Errno.Success ? 1 : 0;
        Errno ConditionalResult(bool c) => c ? Do() : Errno.Success;
        bool Chained(bool c) => c && Do() == Errno.Success;
        void Field() => _last = Do();
        void Element(int i) => _all[i] = Do();
        void Out(out Errno e) => e = Do();
        void Throw() { var r = Do(); if (r != 0) throw new InvalidOperationException(r.ToString()); }
        void Text() { var r = Do(); Console.WriteLine($"{r}"); }
        void ToText() { var r = Do(); Console.WriteLine(r.ToString()); }
        void Cast() { var r = (int)Do(); if (r < 0) Work(); }
        void While() { while (Do() == Errno.Again) { } }
        void DoWhile() { Errno r; do r = Do(); while (r == Errno.Again); }
        void AssignedInCondition() { Errno r; while ((r = Do()) != Errno.Success) Work(); }
        void Captured() { var r = Do(); Action a = () => Take(r); a(); }
        void Listed(List<Errno> list) => list.Add(Do());
        Errno[] Array() => new[] { Do(), Do() };
        List<Errno> Collection() => [Do(), Do()];
        (Errno, int) Tuple() => (Do(), 1);
        Func<Errno> Deferred() => () => Do();
        Func<Errno> Group() => Do;
        IEnumerable<Errno> Iterate() { yield return Do(); }
        void Initialised() { var x = new { Result = Do() }; }
        void Assert() { var r = Do(); System.Diagnostics.Debug.Assert(r == Errno.Success); }
        bool Negated() { var ok = Do() == Errno.Success; return !ok; }
        void Goto() { var r = Do(); if (r != 0) goto fail; return; fail: Work(); }
        void InTry() { var r = Errno.Success; try { r = Do(); } finally { if (r != Errno.Success) Work(); } }
        void Nullable(C c) { Errno? r = c?.Inner(); if (r is { } e && e != 0) Work(); }
        Errno Inner() => Errno.Success;
        """);

    [Fact]
    public Task NotTestedOnSomePath_FoundAtTheCall() => Flows.VerifyMembersAsync("""
        void Never() { var r = {|#0:Do|}(); }
        void NeverAfterDeclaration() { Errno r; r = {|LCK3001:Do|}(); Work(); }
        void Early(bool c)
        {
            var r = {|#1:Do|}();
            if (c)
                return;
            if (r != Errno.Success)
                Work();
        }
        void OneArm(int n)
        {
            var r = {|LCK3001:Do|}();
            switch (n)
            {
                case 1: if (r != 0) Work(); break;
                case 2: break;
                default: if (r is Errno.Again) Work(); break;
            }
        }
        void Copy() { var r = {|LCK3001:Do|}(); var s = r; }
        void CopyTested() { var r = Do(); var s = r; if (s != 0) Work(); }
        void Loop(int[] items)
        {
            foreach (var i in items)
            {
                var r = {|LCK3001:Do|}();
                if (i > 3)
                    break;
                if (r != 0)
                    return;
            }
        }
        void Switch(int n)
        {
            var r = n switch { 1 => {|LCK3001:Do|}(), _ => Errno.Success };
        }
        void Flag(bool c)
        {
            Errno r = Errno.Success;
            if (c)
                r = Do();
            if (c && r != Errno.Success)
                Work();
        }
        """,
        Flows.Finding("LCK3001", 0).WithArguments("Do", SomePath),
        Flows.Finding("LCK3001", 1).WithArguments("Do", SomePath));

    [Fact]
    public Task MustCheckOnMethodReturnAndDelegate() => Flows.VerifyAsync("""
        [MustCheck] delegate int Handler(int slot);
        class C
        {
            [MustCheck] static bool Flush() => true;
            [return: MustCheck] static int Count() => 1;
            static int Free() => 1;
            [MustCheck] static void Nothing() { }
            void M(Handler handler, Func<int, Errno> generic, Func<int, int> free)
            {
                {|LCK3001:Flush|}();
                {|LCK3001:Count|}();
                Free();
                Nothing();
                {|LCK3001:handler|}(1);
                handler.{|LCK3001:Invoke|}(1);
                handler?.{|LCK3001:Invoke|}(1);
                {|LCK3001:generic|}(1);
                free(1);
                if (!Flush() || Count() > 3 || handler(2) < 0 || generic(3) != Errno.Success)
                    return;
            }
        }
        """);

    [Fact]
    public Task InheritedContracts() => Flows.VerifyAsync("""
        interface IFlush { [MustCheck] int Flush(); }
        abstract class Base { [MustCheck] public abstract int Flush(); }
        class Impl : IFlush { public int Flush() => 1; }
        class Derived : Base { public override int Flush() => 1; }
        class C
        {
            void M(IFlush a, Base b, Impl c, Derived d)
            {
                a.{|LCK3001:Flush|}();
                b.{|LCK3001:Flush|}();
                c.{|LCK3001:Flush|}();
                d.{|LCK3001:Flush|}();
            }
        }
        """);

    [Fact]
    public Task GenericMethods_ReturnWhatTheyAreCalledWith() => Flows.VerifyAsync("""
        class C
        {
            static T Get<T>() => default!;
            static Task<T> GetAsync<T>() => Task.FromResult(default(T)!);
            void M()
            {
                Get<int>();
                {|LCK3001:Get<Errno>|}();
            }
            async Task N()
            {
                await GetAsync<int>();
                await {|LCK3001:GetAsync<Errno>|}();
            }
        }
        class Box<T>
        {
            public T Value() => default!;
            public static void M(Box<Errno> box, Box<int> other)
            {
                box.{|LCK3001:Value|}();
                other.Value();
            }
        }
        """);

    [Fact]
    public Task AwaitedResults() => Flows.VerifyMembersAsync("""
        Task<Errno> DoAsync() => Task.FromResult(Errno.Success);
        ValueTask<Errno> DoValue() => new(Errno.Success);
        async Task Dropped()
        {
            await {|LCK3001:DoAsync|}();
            await {|LCK3001:DoAsync|}().ConfigureAwait(false);
            await {|LCK3001:DoValue|}();
            await {|LCK3001:DoValue|}().ConfigureAwait(false);
            {|LCK3001:DoAsync|}();
            {|LCK3001:DoAsync|}().GetAwaiter().GetResult();
        }
        async Task Stored()
        {
            var r = await {|LCK3001:DoAsync|}();
            var task = DoAsync();
            var s = await task;
            if (s != Errno.Success)
                Work();
            if (await DoAsync() != Errno.Success)
                Work();
            if (await DoAsync().ConfigureAwait(false) is Errno.Again)
                Work();
        }
        async Task NeverAwaited()
        {
            var task = {|LCK3001:DoAsync|}();
            await Task.Yield();
        }
        async Task<Errno> Returned() => await DoAsync();
        Task<Errno> Passed() => DoAsync();
        async Task All() { foreach (var r in await Task.WhenAll(DoAsync(), DoAsync())) if (r != 0) Work(); }
        """);

    [Fact]
    public Task ResultStruct_ItsTestsCount() => Flows.VerifyAsync("""
        [MustCheck]
        readonly struct Result<T>
        {
            [SuccessTest] public bool IsOk => true;
            [ErrorTest] public bool IsError => false;
            [SuccessTest] public bool Succeeded() => true;
            [OnSuccess] public T Value => default!;
            public Errno Error => Errno.Success;
        }
        static class Errors
        {
            [ErrorTest] public static bool IsErr(Result<int> r) => false;
        }
        class C
        {
            static Result<int> Get() => default;
            void Dropped() => {|LCK3001:Get|}();
            int ValueOnly() { var r = {|LCK3001:Get|}(); return r.{|LCK3004:Value|}; }
            int IsOk() { var r = Get(); return r.IsOk ? r.Value : 0; }
            int IsError() { var r = Get(); if (r.IsError) return -1; return r.Value; }
            int Method() { var r = Get(); if (!r.Succeeded()) return -1; return r.Value; }
            int Static() { var r = Get(); if (Errors.IsErr(r)) return -1; return r.Value; }
            int Pattern() => Get() is { IsOk: true } r ? r.Value : 0;
            int Switched() => Get() switch { { IsOk: true, Value: var v } => v, _ => 0 };
            Errno ErrorOf() => Get().Error;
            int Late(bool c) { var r = {|LCK3001:Get|}(); if (c) return r.{|LCK3004:Value|}; return r.IsOk ? 1 : 0; }
            Result<int> Forward() { var r = Get(); if (r.IsError) return r; return default; }
            (bool, int) Both() { var r = Get(); return (r.IsOk, r.{|LCK3004:Value|}); }
        }
        """);

    [Fact]
    public Task ConversionsThatTest_Silent() => Flows.VerifyAsync("""
        [MustCheck]
        struct Status
        {
            public static implicit operator bool(Status s) => true;
            public static bool operator true(Status s) => true;
            public static bool operator false(Status s) => false;
            public static bool operator !(Status s) => false;
            public void Deconstruct(out bool ok, out int value) => (ok, value) = (true, 1);
        }
        class C
        {
            static Status Get() => default;
            void Implicit() { bool ok = Get(); }
            void True() { if (Get()) return; }
            void Not() { var s = Get(); if (!s) return; }
            void Deconstructed() { var (ok, value) = Get(); }
            void Dropped() { {|LCK3001:Get|}(); }
        }
        """);

    [Fact]
    public Task ExceptionOnTheWay_IsNoPathWithoutTest() => Flows.VerifyMembersAsync("""
        void M()
        {
            var r = Do();
            if (Cond())
                throw new InvalidOperationException();
            if (r != Errno.Success)
                Work();
        }
        void N()
        {
            try
            {
                var r = Do();
                Work();
                if (r != Errno.Success)
                    return;
            }
            catch (InvalidOperationException)
            {
                Work();
            }
        }
        """);

    [Fact]
    public Task HandlersOfARangeWalk() => Flows.VerifyAsync("""
        delegate Errno Handler(int slot);
        class Kvm
        {
            static Errno Walk(int[] slots, Handler handler)
            {
                foreach (var slot in slots)
                {
                    var ret = handler(slot);
                    if (ret != Errno.Success)
                        return ret;
                }
                return Errno.Success;
            }
            static void Blind(int[] slots, Handler handler)
            {
                foreach (var slot in slots)
                    {|LCK3001:handler|}(slot);
            }
            static Errno Half(int[] slots, Handler handler)
            {
                foreach (var slot in slots)
                {
                    var ret = {|LCK3001:handler|}(slot);
                    if (slot > 3)
                        continue;
                    if (ret != Errno.Success)
                        return ret;
                }
                return Errno.Success;
            }
            void Use(int[] slots)
            {
                {|LCK3001:Walk|}(slots, s => Errno.Success);
                if (Walk(slots, s => { Other(); return Errno.Again; }) != Errno.Success)
                    return;
            }
            static void Other() { }
        }
        """);

    [Fact]
    public Task PropertiesReturningAResult_AreNoCalls() => Flows.VerifyMembersAsync("""
        Errno Last { get; set; }
        void M()
        {
            var last = Last;
        }
        """);

    [Fact]
    public Task TopLevelStatements() => Flows.VerifyProgramAsync("""
        {|LCK3001:Do|}();
        var r = Do();
        if (r != Errno.Success)
            return 1;
        return 0;
        static Errno Do() => Errno.Success;
        """);

    [Fact]
    public Task RecordsAndGenericClasses() => Flows.VerifyAsync("""
        record R(Errno E)
        {
            public Errno Do() => E;
            public void M() => {|LCK3001:Do|}();
        }
        struct S<T>
        {
            public Errno Do(T t) => Errno.Success;
            public void M(T t) { {|LCK3001:Do|}(t); }
        }
        """);
}
