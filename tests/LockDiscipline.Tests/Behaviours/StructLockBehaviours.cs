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
}
