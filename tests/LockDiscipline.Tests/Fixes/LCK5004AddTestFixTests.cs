using LockDiscipline.CodeFixes;
using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK5004AddTestFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK5004AddTestFixTests
{
    static string Api(string members) => $$"""
        public enum Kind { Shared, Private }

        public class Slot
        {
            public bool Invalid;
            public Kind Kind;
            public bool IsOpen { get; set; }
            [RequiresTest("IsOpen")] public void Send() { }
        }

        public class Api
        {
            [RequiresTest("start < end")] public static void Walk(ulong start, ulong end) { }
            [RequiresTest("start < end")] public static int Count(ulong start, ulong end) => 0;
            [RequiresTest("!slot.Invalid")] public void Translate(Slot slot) { }
            [RequiresTest("kind == Kind.Private")] public void Destroy(Kind kind) { }
            [RequiresTest("a > 0 && b > 0")] public void Both(int a, int b) { }
            [RequiresTest("IsReady()")] public void Start() { }
            public bool IsReady() => true;
            static ulong Next() => 3;
        {{members}}
        }
        """;

    static Task VerifyAsync(string before, string after, string key) => Test.VerifyAsync(Api(before), Api(after), key);

    [Fact]
    public Task Untested_LeftWhereItDoesNotHold() => VerifyAsync("""
            public void Order(ulong a, ulong b)
            {
                // The whole range.
                {|LCK5004:Walk|}(a, b + 1); // once
            }
            public void Loop(List<Slot> all) {
                foreach (var slot in all)
                    {|LCK5004:Translate|}(slot);
            }
            public async Task Async(Api other)
            {
                await Task.Yield();
                other.{|LCK5004:Start|}();
            }
            public void Value(ulong a, ulong b) { var n = {|LCK5004:Count|}(a, b); Console.WriteLine(n); }
        """, """
            public void Order(ulong a, ulong b)
            {
                // The whole range.
                if (a >= (b + 1))
                    return;
                Walk(a, b + 1); // once
            }
            public void Loop(List<Slot> all) {
                foreach (var slot in all)
                {
                    if (slot.Invalid)
                        continue;
                    Translate(slot);
                }
            }
            public async Task Async(Api other)
            {
                await Task.Yield();
                if (!other.IsReady())
                    return;
                other.Start();
            }
            public void Value(ulong a, ulong b) { if (a >= b) return; var n = Count(a, b); Console.WriteLine(n); }
        """, LCK5004AddTestFix.LeaveKey);

    [Fact]
    public Task Untested_CalledOnlyWhereItHolds() => VerifyAsync("""
            public int Result(Slot slot, bool open)
            {
                if (open)
                    slot.{|LCK5004:Send|}(); // now
                return 1;
            }
            public void Reason(Kind kind) => {|LCK5004:Destroy|}(kind);
            public Action<Slot> Lambda() => slot => {|LCK5004:Translate|}(slot);
        """, """
            public int Result(Slot slot, bool open)
            {
                if (open)
                    if (slot.IsOpen)
                    {
                        slot.Send(); // now
                    }
                return 1;
            }
            public void Reason(Kind kind)
            {
                if (kind == Kind.Private)
                {
                    Destroy(kind);
                }
            }
            public Action<Slot> Lambda() => slot => { if (!slot.Invalid) { Translate(slot); } };
        """, LCK5004AddTestFix.WrapKey);

    [Fact]
    public Task KnownNotToHoldComputedTwiceOrNothingToReturn_NoFix()
    {
        const string members = """
                public void False(ulong a, ulong b) { if (a < b) return; {|LCK5004:Walk|}(a, b); }
                public void Computed(ulong a) { {|LCK5004:Walk|}(Next(), a); }
                public int Value(ulong a, ulong b) { return {|LCK5004:Count|}(a, b); }
            """;
        return Test.VerifyAsync(Api(members), Api(members));
    }

    [Fact]
    public Task NestedLoopsAndConstructors_LeftAsTheyAre() => VerifyAsync("""
            public void Nested(List<Slot>[] all)
            {
                foreach (var list in all)
                {
                    int n = 0;
                    while (n < 3)
                    {
                        var slot = list[n++];
                        switch (n)
                        {
                            case 1:
                                {|LCK5004:Translate|}(slot);
                                break;
                        }
                    }
                }
            }
            public Api(ulong a, ulong b) { try { {|LCK5004:Walk|}(a, b); } finally { Console.WriteLine(); } }
        """, """
            public void Nested(List<Slot>[] all)
            {
                foreach (var list in all)
                {
                    int n = 0;
                    while (n < 3)
                    {
                        var slot = list[n++];
                        switch (n)
                        {
                            case 1:
                                if (slot.Invalid)
                                    continue;
                                Translate(slot);
                                break;
                        }
                    }
                }
            }
            public Api(ulong a, ulong b) { try { if (a >= b) return; Walk(a, b); } finally { Console.WriteLine(); } }
        """, LCK5004AddTestFix.LeaveKey);
}
