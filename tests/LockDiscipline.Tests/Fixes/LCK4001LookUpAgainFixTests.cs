using LockDiscipline.CodeFixes;
using Test = LockDiscipline.Tests.Fixes.LifetimeFix<LockDiscipline.CodeFixes.LCK4001LookUpAgainFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK4001LookUpAgainFixTests
{
    [Fact]
    public Task LockTakenAgain_LookedUpAgain() => Test.VerifyAsync("""
            public void Again(ulong a)
            {
                mm.Lock.EnterRead();
                var vma = mm.LookUp(a)!;
                mm.Lock.ExitRead();
                mm.Lock.EnterRead();
                {|LCK4001:vma|}.Touch();
                vma.Touch();
                mm.Lock.ExitRead();
            }
            public void Dropped(ulong a, int n)
            {
                mm.Lock.EnterWrite();
                var vma = mm.LookUp(a);
                mm.Fault(); // drops it
                if (n > 0)
                    Console.WriteLine({|LCK4001:vma|}?.Flags);
                mm.Lock.ExitWrite();
            }
        """, """
            public void Again(ulong a)
            {
                mm.Lock.EnterRead();
                var vma = mm.LookUp(a)!;
                mm.Lock.ExitRead();
                mm.Lock.EnterRead();
                vma = mm.LookUp(a)!;
                vma.Touch();
                vma.Touch();
                mm.Lock.ExitRead();
            }
            public void Dropped(ulong a, int n)
            {
                mm.Lock.EnterWrite();
                var vma = mm.LookUp(a);
                mm.Fault(); // drops it
                if (n > 0)
                {
                    vma = mm.LookUp(a);
                    Console.WriteLine(vma?.Flags);
                }
                mm.Lock.ExitWrite();
            }
        """, LCK4001LookUpAgainFix.AgainKey);

    [Fact]
    public Task UsedBehindTheRelease_ReleasedLater() => Test.VerifyAsync("""
            public int Returned(ulong a)
            {
                mm.Lock.EnterRead();
                var vma = mm.LookUp(a);
                mm.Lock.ExitRead();
                return {|LCK4001:vma|}!.Flags > 0 ? 1 : 0;
            }
            public void Used(ulong a)
            {
                mm.Lock.EnterRead();
                var vma = mm.LookUp(a);
                mm.Lock.ExitRead();

                // For whoever looks.
                if (vma is not null)
                    {|LCK4001:vma|}.Touch();
                vma?.Touch();
                Console.WriteLine();
            }
        """, """
            public int Returned(ulong a)
            {
                mm.Lock.EnterRead();
                var vma = mm.LookUp(a);
                var result = vma!.Flags > 0 ? 1 : 0;
                mm.Lock.ExitRead();
                return result;
            }
            public void Used(ulong a)
            {
                mm.Lock.EnterRead();
                var vma = mm.LookUp(a);

                // For whoever looks.
                if (vma is not null)
                    vma.Touch();
                vma?.Touch();
                mm.Lock.ExitRead();
                Console.WriteLine();
            }
        """, LCK4001LookUpAgainFix.WidenKey);

    [Fact]
    public Task UsedBehindTheSection_TakenIntoIt() => Test.VerifyAsync("""
            readonly object _gate = new();
            [GuardedBy("_gate")] List<int> _list = new();
            public int Embedded(int item)
            {
                List<int> list;
                lock (_gate)
                    list = _list; // the one in use
                // One more.
                {|LCK4001:list|}.Add(item);

                if (item > 3)
                    list.Add(2);
                return item;
            }
            public void Block() {
                List<int> list;
                lock (_gate) {
                    list = _list;
                }

                foreach (var item in {|LCK4001:list|})
                {
                    Console.WriteLine(item);
                }
            }
            public void Used(ulong a)
            {
                int flags;
                Vma vma;
                lock (_gate)
                {
                    vma = _vma;
                }
                flags = {|LCK4001:vma|}.Flags;
                Console.WriteLine(flags);
            }

            [GuardedBy("_gate")] Vma _vma = new();
        """, """
            readonly object _gate = new();
            [GuardedBy("_gate")] List<int> _list = new();
            public int Embedded(int item)
            {
                List<int> list;
                lock (_gate)
                {
                    list = _list; // the one in use
                    // One more.
                    list.Add(item);

                    if (item > 3)
                        list.Add(2);
                }
                return item;
            }
            public void Block() {
                List<int> list;
                lock (_gate) {
                    list = _list;

                    foreach (var item in list)
                    {
                        Console.WriteLine(item);
                    }
                }
            }
            public void Used(ulong a)
            {
                int flags;
                Vma vma;
                lock (_gate)
                {
                    vma = _vma;
                    flags = vma.Flags;
                }
                Console.WriteLine(flags);
            }

            [GuardedBy("_gate")] Vma _vma = new();
        """, LCK4001LookUpAgainFix.WidenKey);

    [Fact]
    public Task ReturnedItself_NoFix() => Test.VerifyNoneAsync("""
            public Vma? M(ulong a) { mm.Lock.EnterRead(); var vma = mm.LookUp(a); mm.Lock.ExitRead(); return {|LCK4001:vma|}; }
        """);
}
