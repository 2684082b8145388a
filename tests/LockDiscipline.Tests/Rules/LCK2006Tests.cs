namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2006: a method is given for a delegate whose contract it does not fit.</summary>
public sealed class LCK2006Tests
{
    [Fact]
    public Task MethodThatMaySleep_FoundAtItsName() => Flows.VerifyAsync("""
        [NoSleep] delegate void Handler(int slot);
        class C
        {
            readonly Gate _gate = new();
            static void Each(Handler handler) { }
            static void Atomic([NoSleep] Action action) { }
            static void Any(Action action) { }
            [MaySleep] static void Stated(int slot) { }
            static void Slow() => Thread.Sleep(1);
            static void Deep() => Slow();
            static void Quick(int slot) { }
            static void Nothing() { }
            void Locks(int slot) { _gate.Enter(); _gate.Exit(); }
            void M()
            {
                Each({|#0:Stated|});
                Atomic({|#1:Deep|});
                Each({|#2:Locks|});
                Each(Quick);
                Atomic(Nothing);
                Any(Slow);
                Handler kept = {|LCK2006:Stated|};
                Handler made = new Handler(this.{|LCK2006:Locks|});
                Handler right = Quick;
            }
        }
        """,
        Flows.Finding("LCK2006", 0).WithArguments("Stated", "it may sleep"),
        Flows.Finding("LCK2006", 1).WithArguments("Deep", "it may sleep in 'Sleep'"),
        Flows.Finding("LCK2006", 2).WithArguments("Locks", "it may sleep in 'Enter'"));

    [Fact]
    public Task RequiredLocks_HaveToBePromised() => Flows.VerifyAsync("""
        class Box { public readonly Shared Lock = new(); public readonly Gate Gate = new(); }
        [RequiresLock("box.Lock")] delegate void Writer(Box box);
        [RequiresLock("box.Lock", Shared = true)] delegate void Reader(Box box);
        class C
        {
            [RequiresLock("b.Lock")] static void Write(Box b) { }
            [RequiresLock("b.Lock", Shared = true)] static void Read(Box b) { }
            [RequiresLock("b.Gate")] static void Other(Box b) { }
            static void Free(Box b) { }
            void M()
            {
                Writer a = Write;
                Writer b = Read;
                Writer c = Free;
                Writer d = {|#0:Other|};
                Reader e = Read;
                Reader f = {|#1:Write|};
            }
        }
        """,
        Flows.Finding("LCK2006", 0).WithArguments("Other", "it requires 'b.Gate', which callers of the delegate need not hold"),
        Flows.Finding("LCK2006", 1).WithArguments("Write", "it requires 'b.Lock' exclusively, which callers of the delegate may hold shared"));

    [Fact]
    public Task AgainstTheLockThatIsHeld_Found() => Flows.VerifyAsync("""
        [RequiresLock("gate")] delegate void Held(Gate gate);
        class C
        {
            [ExcludesLock("g")] static void Excludes(Gate g) { }
            [ReleasesLock("g")] static void Releases(Gate g) => g.Exit();
            static void Acquires(Gate g) { g.Enter(); g.Exit(); }
            static void Asks(Gate g) => g.AssertHeld();
            void M()
            {
                Held a = {|LCK2006:Excludes|};
                Held b = {|LCK2006:Releases|};
                Held c = {|LCK2006:Acquires|};
                Held d = Asks;
            }
        }
        """);

    [Fact]
    public Task Lambdas_AreCheckedInTheirCode() => Flows.VerifyAsync("""
        [NoSleep] delegate void Handler();
        [RequiresLock("gate")] delegate void Held(Gate gate);
        class C
        {
            void M()
            {
                Handler a = () => Thread.{|LCK2001:Sleep|}(1);
                Held b = gate => { gate.{|LCK1006:Enter|}(); };
            }
        }
        """);
}
