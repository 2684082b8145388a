namespace LockDiscipline.Tests.Rules;

/// <summary>LCK3001: an error beside others, of which one is returned or tested for all.</summary>
public sealed class LCK3001BesideOthersTests
{
    /// <summary>One error can be returned; it stands for what failed on the way out, too.</summary>
    [Fact]
    public Task AnotherErrorIsReturned_Silent() => Flows.VerifyMembersAsync("""
        static Errno End() => Errno.Success;
        Errno Chosen() { var r = Do(); var end = End(); return r != Errno.Success ? r : end; }
        Errno ChosenAfterTwo() { var r = Do(); if (r == Errno.Success) r = Do(); var end = End(); return r != Errno.Success ? r : end; }
        Errno Taken() { var r = Do(); var end = End(); if (r == Errno.Success) r = end; return r; }
        Errno Success() { var r = Do(); var end = {|LCK3001:End|}(); return r != Errno.Success ? r : Errno.Success; }
        Errno Constant(bool b) { var r = {|LCK3001:Do|}(); if (b) return Errno.Again; return r; }
        """);

    [Fact]
    public Task FirstErrorKeptOverTheRounds_Silent() => Flows.VerifyAsync("""
        public class C
        {
            static Errno Step(int i) => Errno.Success;
            Errno First(int[] steps)
            {
                var first = Errno.Success;
                foreach (var i in steps)
                {
                    var ret = Step(i);
                    first = first == Errno.Success ? ret : first;
                }

                return first;
            }

            Errno Second(int[] steps)
            {
                var first = Errno.Success;
                foreach (var i in steps)
                {
                    var ret = {|LCK3001:Step|}(i);
                    if (i > 3)
                        return ret;
                }

                return first;
            }
        }
        """);

    [Fact]
    public Task ErrorOfANumberReturned_OtherBesideItLetGo() => Flows.VerifyAsync("""
        public class C
        {
            [MustCheck] static int Read() => 0;
            int Both() { var (first, second) = (Read(), Read()); return first < 0 ? first : second; }
        }
        """);

    [Fact]
    public Task ErrorKeptInAVariable_EndOfTheTransactionLetGo() => Flows.VerifyAsync("""
        public class C
        {
            static Errno End() => Errno.Success;
            static Errno Work() => Errno.Success;
            Errno Kept(bool isFull)
            {
                var ret = Work();
                if (ret != Errno.Success)
                    goto stop;
                if (isFull)
                    ret = Errno.NoMemory;
            stop:
                var end = End();
                return ret == Errno.Success ? end : ret;
            }

            Errno Written() { var end = {|LCK3001:End|}(); return Errno.NoMemory; }
        }
        """);

    // Where the first has failed, nobody asks for the second, and the answer tells of a failure.
    [Fact]
    public Task TestedTogether_Silent() => Flows.VerifyAsync("""
        public class C
        {
            static Errno First() => Errno.Success;
            static Errno Second() => Errno.Success;
            static Errno Third() => Errno.Success;
            [MustCheck] static bool TryLoad() => true;
            static void Use(bool flag) { }

            bool Either() { var a = First(); var b = Second(); if (a != Errno.Success || b != Errno.Success) return false; return true; }
            bool Both() { var a = First(); var b = Second(); return a == Errno.Success && b == Errno.Success; }
            bool Negated() { var a = First(); var b = Second(); return !(a != Errno.Success || b != Errno.Success); }
            Errno Three() { var a = First(); var b = Second(); var c = Third(); if (a != Errno.Success || b != Errno.Success || c != Errno.Success) return Errno.Again; return Errno.Success; }
            bool Flags() { bool a = TryLoad(), b = TryLoad(); return a && b; }
            bool Negations() { bool a = TryLoad(), b = TryLoad(); if (!a || !b) return false; return true; }
            void PassedOn() { bool a = TryLoad(), b = TryLoad(); Use(a && b); }
            // Meant to be `||`: the failure of the second alone is lost.
            Errno OnlyIfBoth() { var a = First(); var b = {|LCK3001:Second|}(); if (a != Errno.Success && b != Errno.Success) return Errno.Again; return Errno.Success; }
            void Conditional() { bool a = TryLoad(), b = {|LCK3001:TryLoad|}(); if (a) Use(b); }
        }
        """);

    // The caller passes what the first error is kept in.
    [Fact]
    public Task BehindTheFirstErrorOfTheCaller_Silent() => Flows.VerifyAsync("""
        public class Firsts
        {
            [MustCheck] static Errno Do(int n) => Errno.Success;
            public void One(int n, ref Errno first) { var ret = Do(n); if (first == Errno.Success) first = ret; }
            public void Lost(int n, ref Errno first) { var ret = {|LCK3001:Do|}(n); if (first != Errno.Success) first = ret; }
            public void All(int[] all, ref Errno first)
            {
                foreach (var n in all)
                {
                    var ret = Do(n);
                    if (ret != Errno.Success && first == Errno.Success)
                        first = ret;
                }
            }
        }
        """);
}
