using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK2006AddContractFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK2006AddContractFixTests
{
    [Fact]
    public Task RequiredLock_StatedOnTheDelegate() => Test.VerifyAsync("""
        class Box { public readonly Gate Gate = new(); public readonly Gate Log = new(); }
        [RequiresLock("box.Log")]
        delegate void Change(Box box);
        class D
        {
            [RequiresLock("b.Gate")] static void Book(Box b) { }
            Change Make() => {|LCK2006:Book|};
        }
        """, """
        class Box { public readonly Gate Gate = new(); public readonly Gate Log = new(); }
        [RequiresLock("box.Gate")]
        [RequiresLock("box.Log")]
        delegate void Change(Box box);
        class D
        {
            [RequiresLock("b.Gate")] static void Book(Box b) { }
            Change Make() => Book;
        }
        """);

    [Fact]
    public Task MethodThatSleeps_NoFix() => Test.VerifyAsync("""
        [NoSleep] delegate void Handler();
        class D
        {
            static void Slow() => Thread.Sleep(1);
            Handler Make() => {|LCK2006:Slow|};
        }
        """, """
        [NoSleep] delegate void Handler();
        class D
        {
            static void Slow() => Thread.Sleep(1);
            Handler Make() => {|LCK2006:Slow|};
        }
        """);
}
