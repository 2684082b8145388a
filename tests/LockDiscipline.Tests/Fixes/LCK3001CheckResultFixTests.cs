using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK3001CheckResultFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK3001CheckResultFixTests
{
    const string Check = "LCK3001.check";
    const string Discard = "LCK3001.discard";

    [Fact]
    public Task Dropped_CheckedAndReturned() => Test.VerifyMembersAsync("""
            Errno M()
            {
                // First.
                {|LCK3001:Do|}(); // why
                {|LCK3001:Do|}();
                return Errno.Success;
            }
        """, """
            Errno M()
            {
                // First.
                var ret = Do(); // why
                if (ret != Errno.Success)
                    return ret;
                var ret2 = Do();
                if (ret2 != Errno.Success)
                    return ret2;
                return Errno.Success;
            }
        """, Check);

    [Fact]
    public Task UnderIfWithoutBraces_BracesAdded() => Test.VerifyMembersAsync("""
            Errno M(bool a, bool b)
            {
                if (a)
                    {|LCK3001:Do|}();
                if (b) {|LCK3001:Do|}();
                return Errno.Success;
            }
        """, """
            Errno M(bool a, bool b)
            {
                if (a)
                {
                    var ret = Do();
                    if (ret != Errno.Success)
                        return ret;
                }
                if (b) { var ret2 = Do(); if (ret2 != Errno.Success) return ret2; }
                return Errno.Success;
            }
        """, Check);

    [Fact]
    public Task StoredAndNeverTested_CheckedBehindTheStore() => Test.VerifyMembersAsync("""
            Errno M()
            {
                var err = {|LCK3001:Do|}();
                Work();
                return Errno.Success;
            }
        """, """
            Errno M()
            {
                var err = Do();
                if (err != Errno.Success)
                    return err;
                Work();
                return Errno.Success;
            }
        """, Check);

    [Fact]
    public Task TypeWithTests_TestUsed() => Test.VerifyAsync("""
        [MustCheck]
        public readonly struct Result
        {
            readonly int _code;
            public Result(int code) => _code = code;
            [ErrorTest] public bool Failed => _code < 0;
        }
        [MustCheck]
        public sealed class Outcome
        {
            [SuccessTest] public bool Ok() => true;
        }
        public class C
        {
            static Result Do() => default;
            static Task<Outcome> DoAsync() => Task.FromResult(new Outcome());
            Result M()
            {
                {|LCK3001:Do|}();
                return default;
            }
            async Task<Outcome> N()
            {
                await {|LCK3001:DoAsync|}();
                return new Outcome();
            }
        }
        """, """
        [MustCheck]
        public readonly struct Result
        {
            readonly int _code;
            public Result(int code) => _code = code;
            [ErrorTest] public bool Failed => _code < 0;
        }
        [MustCheck]
        public sealed class Outcome
        {
            [SuccessTest] public bool Ok() => true;
        }
        public class C
        {
            static Result Do() => default;
            static Task<Outcome> DoAsync() => Task.FromResult(new Outcome());
            Result M()
            {
                var ret = Do();
                if (ret.Failed)
                    return ret;
                return default;
            }
            async Task<Outcome> N()
            {
                var ret = await DoAsync();
                if (!ret.Ok())
                    return ret;
                return new Outcome();
            }
        }
        """, Check);

    [Fact]
    public Task Dropped_Discarded() => Test.VerifyMembersAsync("""
            void M()
            {
                {|LCK3001:Do|}(); // why
                for (int i = 0; i < 2; {|LCK3001:Do|}())
                    i++;
            }
            void N() => {|LCK3001:Do|}();
            Action P() => () => {|LCK3001:Do|}();
            void Q()
            {
                Errno x = {|LCK3001:Do|}();
            }
        """, """
            void M()
            {
                _ = Do(); // why
                for (int i = 0; i < 2; _ = Do())
                    i++;
            }
            void N() => _ = Do();
            Action P() => () => _ = Do();
            void Q()
            {
                _ = Do();
            }
        """, Discard);

    [Fact]
    public Task FunctionReturnsAnotherType_NoCheckOffered() => Test.VerifyNoneAsync("""
            void M()
            {
                {|LCK3001:Do|}();
            }
            int N()
            {
                {|LCK3001:Do|}();
                return 1;
            }
        """, Check);

    [Fact]
    public Task LockHeld_NoCheckThatWouldLeakIt() => Test.VerifyNoneAsync("""
            Errno M()
            {
                _gate.Enter();
                {|LCK3001:Do|}();
                _gate.Exit();
                return Errno.Success;
            }
        """, Check);

    [Fact]
    public Task UnderscoreIsAVariable_NoDiscardOffered() => Test.VerifyNoneAsync("""
            void M(Errno _)
            {
                {|LCK3001:Do|}();
            }
        """, Discard);

    [Fact]
    public Task TwoDocuments_FixedTogether() => Test.VerifyDocumentsAsync(Discard,
        ("class A { static Errno Do() => Errno.Success; void M() { {|LCK3001:Do|}(); } }", "class A { static Errno Do() => Errno.Success; void M() { _ = Do(); } }"),
        ("class B { static Errno Do() => Errno.Success; void M() { {|LCK3001:Do|}(); } }", "class B { static Errno Do() => Errno.Success; void M() { _ = Do(); } }"));
}
