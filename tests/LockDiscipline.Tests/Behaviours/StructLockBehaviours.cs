using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks that are structs.</summary>
public sealed class StructLockBehaviours
{
    [Fact]
    public Task LoopOverLocksThatAreStructs_CopiesThem() => Flows.VerifyAsync("""

        public class C
        {
            readonly SpinLock[] _locks = new SpinLock[4];
            readonly List<SpinLock> _list = new();
            static void Use(ref SpinLock spin)
            {
                bool taken = false;
                spin.TryEnter(ref taken);
                if (taken)
                    spin.Exit();
            }
            public void Wrong()
            {
                foreach (var spin in {|LCK1011:_locks|})
                {
                    var own = 1;
                }
                foreach (SpinLock spin in {|LCK1011:_list|})
                {
                    var own = 1;
                }
            }
            public void Right()
            {
                foreach (ref var spin in _locks.AsSpan())
                    Use(ref spin);
                for (int i = 0; i < _locks.Length; i++)
                    Use(ref _locks[i]);
            }
        }
        """);

    [Fact]
    public Task StructThatContainsALock_IsCopiedWithIt() => Flows.VerifyAsync("""
        struct Inner { public SpinLock Lock; }
        struct Counter { public Inner Inner; public int Count; }
        struct Plain { public object Lock; public int Count; }
        class C
        {
            Counter _counter; SpinLock _spin; Plain _plain; readonly List<SpinLock> _list = new();
            static void Take(Counter counter) { }
            static void TakeReference(ref Counter counter) { }
            void Variable() { bool t = false; var copy = {|LCK1011:_counter|}; copy.Inner.Lock.Enter(ref t); copy.Inner.Lock.Exit(); }
            void Argument() { bool t = false; _spin.Enter(ref t); Take({|LCK1011:_counter|}); _spin.Exit(); }
            void Parts() { bool t = false; var (a, b) = ({|LCK1011:_spin|}, 1); a.Enter(ref t); a.Exit(); }
            void OfAList() { bool t = false; var copy = {|LCK1011:_list[0]|}; copy.Enter(ref t); copy.Exit(); }
            void Loop(Counter[] counters) { foreach (var counter in {|LCK1011:counters|}) { bool t = false; _spin.Enter(ref t); _spin.Exit(); } }
            Counter Made() { bool t = false; _spin.Enter(ref t); var made = new Counter(); made.Count = 1; _spin.Exit(); return made; }
            void Right() { bool t = false; _spin.Enter(ref t); _spin.Exit(); TakeReference(ref _counter); ref var same = ref _counter; same.Count++; _counter = new Counter(); var copy = _plain; var count = _counter.Count; }
        }
        """);
}
