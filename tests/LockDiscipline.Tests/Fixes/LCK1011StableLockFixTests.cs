using LockDiscipline.CodeFixes;
using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1011StableLockFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1011StableLockFixTests
{
    [Fact]
    public Task Field_MadeReadOnly() => Test.VerifyAsync("""
        class D
        {
            // The gate.
            private object _gate = new();
            int _n;
            void M() { lock ({|LCK1011:_gate|}) _n++; }
            void N() { lock ({|LCK1011:_gate|}) _n++; }
        }
        """, """
        class D
        {
            // The gate.
            private readonly object _gate = new();
            int _n;
            void M() { lock (_gate) _n++; }
            void N() { lock (_gate) _n++; }
        }
        """, LCK1011StableLockFix.ReadOnlyKey);

    [Fact]
    public Task FieldThatIsAssignedAgain_NoFix() => Test.VerifyAsync("""
        class D
        {
            object _gate = new();
            int _n;
            void Reset() => _gate = new();
            void M() { lock ({|LCK1011:_gate|}) _n++; }
        }
        """, """
        class D
        {
            object _gate = new();
            int _n;
            void Reset() => _gate = new();
            void M() { lock ({|LCK1011:_gate|}) _n++; }
        }
        """);

    [Fact]
    public Task This_LockedByAnObjectOfItsOwn() => Test.VerifyAsync("""
        class D
        {
            int _n;

            void M()
            {
                lock ({|LCK1011:this|})
                    _n++;
            }

            void N()
            {
                Monitor.Enter({|LCK1011:this|});
                _n++;
                Monitor.Exit(this);
            }
        }
        """, """
        class D
        {
            private readonly object _gate = new();
            int _n;

            void M()
            {
                lock (_gate)
                    _n++;
            }

            void N()
            {
                Monitor.Enter(_gate);
                _n++;
                Monitor.Exit(_gate);
            }
        }
        """, LCK1011StableLockFix.PrivateKey);

    [Fact]
    public Task Type_LockedByAStaticObject() => Test.VerifyAsync("""
        class D
        {
            /// <summary>Counts.</summary>
            static void M()
            {
                lock ({|LCK1011:typeof(D)|})
                    Console.WriteLine();
            }
        }
        """, """
        class D
        {
            private static readonly object s_gate = new();

            /// <summary>Counts.</summary>
            static void M()
            {
                lock (s_gate)
                    Console.WriteLine();
            }
        }
        """, LCK1011StableLockFix.PrivateKey);

    [Fact]
    public Task GuardedByThis_NoFix() => Test.VerifyAsync("""
        class D
        {
            [GuardedBy("this")] int _n;
            void M() { lock ({|LCK1011:this|}) _n++; }
        }
        """, """
        class D
        {
            [GuardedBy("this")] int _n;
            void M() { lock ({|LCK1011:this|}) _n++; }
        }
        """);
}
