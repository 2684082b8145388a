using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1001WrapInLockFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1001WrapInLockFixTests
{
    [Fact]
    public Task NeighboursUnderOneLock_WrappedTogether() => Test.VerifyMembersAsync("""
            void M()
            {
                {|LCK1001:_k|} = 1;
                {|LCK1001:_l|} = {|LCK1001:_k|} + 1;
                Work();
                {|LCK1001:_l|} = 3;
            }
        """, """
            void M()
            {
                lock (_sync)
                {
                    _k = 1;
                    _l = _k + 1;
                }
                Work();
                lock (_sync)
                {
                    _l = 3;
                }
            }
        """);

    [Fact]
    public Task NeighboursOfDifferentModes_StrongerModeTaken() => Test.VerifyMembersAsync("""
            int M()
            {
                int x = {|LCK1001:_m|};
                {|LCK1001:_m|} = 1;
                return x;
            }
        """, """
            int M()
            {
                _rw.EnterWrite();
                try
                {
                    int x = _m;
                    _m = 1;
                    return x;
                }
                finally
                {
                    _rw.ExitWrite();
                }
            }
        """);

    [Fact]
    public Task DeclarationUsedLater_UsesIncluded() => Test.VerifyMembersAsync("""
            void M()
            {
                var x = {|LCK1001:_k|};
                Work(x);
                Work();
            }
        """, """
            void M()
            {
                lock (_sync)
                {
                    var x = _k;
                    Work(x);
                }
                Work();
            }
        """);

    [Fact]
    public Task DeclarationUsedAfterAnAwait_VariableDeclaredBefore() => Test.VerifyMembersAsync("""
            async Task M()
            {
                var x = {|LCK1001:_k|};
                await Task.Yield();
                Work(x);
            }
        """, """
            async Task M()
            {
                int x;
                lock (_sync)
                {
                    x = _k;
                }
                await Task.Yield();
                Work(x);
            }
        """);

    [Fact]
    public Task ExpressionBodies_BecomeBlocks() => Test.VerifyMembersAsync("""
            int Get() => {|LCK1001:_k|};
            void Set(int value) => {|LCK1001:_k|} = value;
            int P => {|LCK1001:_k|};
            int Q
            {
                get => {|LCK1001:_k|};
                set => {|LCK1001:_k|} = value;
            }
        """, """
            int Get()
            {
                lock (_sync)
                {
                    return _k;
                }
            }
            void Set(int value)
            {
                lock (_sync)
                {
                    _k = value;
                }
            }
            int P
            {
                get
                {
                    lock (_sync)
                    {
                        return _k;
                    }
                }
            }
            int Q
            {
                get
                {
                    lock (_sync)
                    {
                        return _k;
                    }
                }
                set
                {
                    lock (_sync)
                    {
                        _k = value;
                    }
                }
            }
        """);

    [Fact]
    public Task Lambda_BodyBecomesBlock() => Test.VerifyMembersAsync("""
            Func<int> M() => () => {|LCK1001:_k|};
            Action N() => () => {|LCK1001:_k|}++;
        """, """
            Func<int> M() => () => { lock (_sync) { return _k; } };
            Action N() => () => { lock (_sync) { _k++; } };
        """);

    [Fact]
    public Task ConditionOfLoop_WholeLoopWrapped() => Test.VerifyMembersAsync(""""
            void M(int x)
            {
                while ({|LCK1001:_k|} > 0)
                {
                    var text = $"""
                        a {x}
                      b
                    """;
                    Work(text.Length);

                    var other = @"
        c";
                }
            }
        """", """"
            void M(int x)
            {
                lock (_sync)
                {
                    while (_k > 0)
                    {
                        var text = $"""
                        a {x}
                      b
                    """;
                        Work(text.Length);

                        var other = @"
        c";
                    }
                }
            }
        """");

    [Fact]
    public Task ElseIf_ChainWrapped() => Test.VerifyMembersAsync("""
            void M(int x)
            {
                if (x > 0)
                    Work();
                else if ({|LCK1001:_k|} == 2)
                    Work();
            }
        """, """
            void M(int x)
            {
                lock (_sync)
                {
                    if (x > 0)
                        Work();
                    else if (_k == 2)
                        Work();
                }
            }
        """);

    [Fact]
    public Task OneLiners_StayOneLiners() => Test.VerifyMembersAsync("""
            void M() { {|LCK1001:_k|}++; }
            void N(bool b) { if (b) {|LCK1001:_k|}++; else Work(); }
            void O() { Work(); {|LCK1001:_m|} = 3; }
        """, """
            void M() { lock (_sync) { _k++; } }
            void N(bool b) { if (b) lock (_sync) { _k++; } else Work(); }
            void O() { Work(); _rw.EnterWrite(); try { _m = 3; } finally { _rw.ExitWrite(); } }
        """);

    [Fact]
    public Task WindowsLineEndsAndTabs_Kept() => Test.VerifyBareAsync(
        "using LockDiscipline;\r\nclass C {\r\n\treadonly object _g = new();\r\n\t[GuardedBy(\"_g\")] int _n;\r\n\tvoid M() {\r\n\t\t{|LCK1001:_n|}++;\r\n\t}\r\n}\r\n",
        "using LockDiscipline;\r\nclass C {\r\n\treadonly object _g = new();\r\n\t[GuardedBy(\"_g\")] int _n;\r\n\tvoid M() {\r\n\t\tlock (_g) {\r\n\t\t\t_n++;\r\n\t\t}\r\n\t}\r\n}\r\n");

    [Fact]
    public Task SwitchSectionAndTopLevelFunction_WrappedInPlace() => Test.VerifyMembersAsync("""
            int M(int x)
            {
                switch (x)
                {
                    case 1:
                        {|LCK1001:_k|} = 2;
                        break;
                    default:
                        int y = {|LCK1001:_k|};
                        return y;
                }
                return 0;

                void Local()
                {
                    {|LCK1001:_k|}++;
                }
            }
        """, """
            int M(int x)
            {
                switch (x)
                {
                    case 1:
                        lock (_sync)
                        {
                            _k = 2;
                        }
                        break;
                    default:
                        lock (_sync)
                        {
                            int y = _k;
                            return y;
                        }
                }
                return 0;

                void Local()
                {
                    lock (_sync)
                    {
                        _k++;
                    }
                }
            }
        """);

    [Fact]
    public Task TopLevelStatements_Wrapped() => Test.VerifyBareAsync("""
        using LockDiscipline;

        var text = "";
        // Counts.
        Registry.{|LCK1001:Count|}++;
        var count = Registry.{|LCK1001:Count|};
        System.Console.WriteLine(text + count);

        static class Registry
        {
            public static readonly object Gate = new();
            [GuardedBy("Gate")] public static int Count;
        }
        """, """
        using LockDiscipline;

        var text = "";
        lock (Registry.Gate)
        {
            // Counts.
            Registry.Count++;
            var count = Registry.Count;
            System.Console.WriteLine(text + count);
        }

        static class Registry
        {
            public static readonly object Gate = new();
            [GuardedBy("Gate")] public static int Count;
        }
        """, kind: Microsoft.CodeAnalysis.OutputKind.ConsoleApplication);

    [Fact]
    public Task TwoDocuments_FixedTogether() => Test.VerifyDocumentsAsync(null,
        ("""
        public partial class P
        {
            readonly object _sync = new();
            [GuardedBy("_sync")] int _k;
            void M()
            {
                {|LCK1001:_k|} = 1;
            }
        }
        """, """
        public partial class P
        {
            readonly object _sync = new();
            [GuardedBy("_sync")] int _k;
            void M()
            {
                lock (_sync)
                {
                    _k = 1;
                }
            }
        }
        """),
        ("""
        public partial class P
        {
            void N()
            {
                {|LCK1001:_k|} = 2;
            }
        }
        """, """
        public partial class P
        {
            void N()
            {
                lock (_sync)
                {
                    _k = 2;
                }
            }
        }
        """));

    [Fact]
    public Task AwaitYieldAndInitialiser_NoFix() => Test.VerifyNoneAsync("""
            async Task M()
            {
                Work({|LCK1001:_k|} + await Task.FromResult(1));
            }

            IEnumerable<int> N()
            {
                yield return {|LCK1001:_k|};
            }

            ref int R() => ref {|LCK1001:_k|};
        """);

    [Fact]
    public Task DirectiveInside_NoFix() => Test.VerifyNoneAsync("""
            void M()
            {
                Work(
        #if true
                    {|LCK1001:_k|}
        #endif
                );
            }
        """);
}
