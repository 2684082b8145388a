using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Exceptions between acquire and release.</summary>
public sealed class ExceptionBehaviours
{
    [Theory]
    [MemberData(nameof(BalanceBehaviours.Locks), MemberType = typeof(BalanceBehaviours))]
    public Task ThrowWhileHeld_KeepsTheLock(string field, string acquire, string release) => LocksOnly.VerifyAsync($$"""
        class C
        {
            {{field}}
            public void Wrong(int n)
            {
                {{BalanceBehaviours.Marked(acquire)}}
                if (n < 0)
                    throw new ArgumentException();
                {{release}}
            }
            public int WrongExpression(string? s)
            {
                {{BalanceBehaviours.Marked(acquire)}}
                int n = s?.Length ?? throw new ArgumentException();
                {{release}}
                return n;
            }
            public int WrongSwitch(int s)
            {
                {{BalanceBehaviours.Marked(acquire)}}
                int n = s switch { 1 => 2, _ => throw new ArgumentException() };
                {{release}}
                return n;
            }
            public void Right(int n)
            {
                {{acquire}}
                try
                {
                    if (n < 0)
                        throw new ArgumentException();
                }
                finally
                {
                    {{release}}
                }
            }
            public void RightCatch(int n)
            {
                {{acquire}}
                try
                {
                    if (n < 0)
                        throw new ArgumentException();
                    {{release}}
                }
                catch (ArgumentException)
                {
                    {{release}}
                    throw;
                }
            }
            public void WrongCatch(int n)
            {
                {{BalanceBehaviours.Marked(acquire)}}
                try
                {
                    if (n < 0)
                        throw new InvalidOperationException();
                }
                catch (ArgumentException)
                {
                }
                {{release}}
            }
        }
        """);

    [Fact]
    public Task CatchOutsideTheSection_HasNotTheLock() => LocksOnly.VerifyMembersAsync("""
        public void Wrong()
        {
            try
            {
                lock (_sync)
                {
                    _k++;
                    Work();
                }
            }
            catch (Exception)
            {
                {|LCK1001:_k|} = 0;
            }
            finally
            {
                {|LCK1001:_k|} = 0;
            }
        }
        public void Right()
        {
            lock (_sync)
            {
                try
                {
                    _k++;
                    Work();
                }
                catch (Exception) when (_k > 1)
                {
                    _k = 0;
                }
                finally
                {
                    _k = 0;
                }
            }
        }
        """);

    [Fact]
    public Task Filter_RunsBeforeTheInnerFinally() => LocksOnly.VerifyMembersAsync("""
        public void Wrong()
        {
            try { Work(); }
            catch (Exception) when ({|LCK1001:_k|} > 0) { }
        }
        public void Right()
        {
            try { Work(); }
            catch (Exception) when (Locked()) { }
        }
        bool Locked() { lock (_sync) return _k > 0; }
        public void ReleasedInTheFinally(bool c)
        {
            _gate.Enter();
            try
            {
                if (c)
                    throw new InvalidOperationException();
            }
            catch (InvalidOperationException) when (_n > 0)
            {
                _n = 0;
            }
            finally
            {
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task ReleaseInFinally_OfWhatMayNotHaveBeenTaken() => LocksOnly.VerifyMembersAsync("""
        public void Wrong(bool c)
        {
            try
            {
                if (c)
                    _gate.{|LCK1008:Enter|}();
                Work();
            }
            finally
            {
                _gate.Exit();
            }
        }
        public void WrongTry()
        {
            try
            {
                if (!Monitor.TryEnter(_sync, 10))
                    return;
                _k++;
            }
            finally
            {
                Monitor.{|LCK1005:Exit|}(_sync);
            }
        }
        public void WrongThrow(string s)
        {
            try
            {
                if (s.Length == 0)
                    throw new ArgumentException(s);
                _gate.{|LCK1008:Enter|}();
                _n++;
            }
            finally
            {
                _gate.Exit();
            }
        }
        public void Right()
        {
            bool taken = false;
            try
            {
                taken = Monitor.TryEnter(_sync, 10);
                if (!taken)
                    return;
                _k++;
            }
            finally
            {
                if (taken)
                    Monitor.Exit(_sync);
            }
        }
        public void RightFirst()
        {
            try
            {
                _gate.Enter();
                _n++;
            }
            finally
            {
                _gate.Exit();
            }
        }
        public void RightIsEntered(bool c)
        {
            try
            {
                if (c)
                    Monitor.Enter(_sync);
                Work();
            }
            finally
            {
                if (Monitor.IsEntered(_sync))
                    Monitor.Exit(_sync);
            }
        }
        """);

    [Fact]
    public Task NestedFinally_ReleasesInTurn() => LocksOnly.VerifyMembersAsync("""
        public void Right()
        {
            _gate.Enter();
            try
            {
                _other.Enter();
                try
                {
                    _n++;
                    if (Cond())
                        return;
                    if (Cond())
                        throw new InvalidOperationException();
                }
                finally
                {
                    try { Work(); }
                    finally { _other.Exit(); }
                }
            }
            finally
            {
                _gate.Exit();
            }
        }
        public void Wrong()
        {
            _gate.Enter();
            try
            {
                _other.{|LCK1004:Enter|}();
                if (Cond())
                    return;
                _other.Exit();
            }
            finally
            {
                _gate.Exit();
            }
        }
        public void ThrowInFinally()
        {
            _gate.{|LCK1004:Enter|}();
            try { Work(); }
            finally
            {
                if (Cond())
                    throw new InvalidOperationException();
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task FinallyOfAnOuterTry_ReleasesByFlag() => LocksOnly.VerifyMembersAsync("""
        public void Right()
        {
            bool a = false, b = false;
            try
            {
                Monitor.Enter(_sync, ref a);
                _spin.Enter(); b = true;
                _k++;
            }
            finally
            {
                if (b) _spin.Exit();
                if (a) Monitor.Exit(_sync);
            }
        }
        public void Retry()
        {
            for (int tries = 0; ; tries++)
            {
                bool taken = false;
                try
                {
                    Monitor.TryEnter(_sync, ref taken);
                    if (!taken)
                        continue;
                    _k++;
                    return;
                }
                catch (InvalidOperationException) when (tries < 3)
                {
                }
                finally
                {
                    if (taken)
                        Monitor.Exit(_sync);
                }
            }
        }
        """);

    /// <summary>Whoever catches goes on: with a lock that only the other way gives back.</summary>
    [Fact]
    public Task CaughtAndGoneOn_KeepsTheLock() => LocksOnly.VerifyMembersAsync("""
        void Wrong()
        {
            Monitor.{|LCK1004:Enter|}(_sync);
            try { Work(); Monitor.Exit(_sync); }
            catch (Exception e) { Console.WriteLine(e); }
        }
        bool WrongResult()
        {
            Monitor.{|LCK1004:Enter|}(_sync);
            try { Work(); Monitor.Exit(_sync); return true; }
            catch (InvalidOperationException) { return false; }
        }
        void WrongOneOfTwo()
        {
            Monitor.{|LCK1004:Enter|}(_sync);
            try { Work(); Monitor.Exit(_sync); }
            catch (ArgumentException) { }
            catch (Exception) { Monitor.Exit(_sync); }
        }
        void WrongInside()
        {
            try { Monitor.{|LCK1004:Enter|}(_sync); Work(); Monitor.Exit(_sync); }
            catch (Exception) { }
        }
        void Right()
        {
            Monitor.Enter(_sync);
            try { Work(); Monitor.Exit(_sync); }
            catch (Exception) { Monitor.Exit(_sync); }
        }
        void RightFinally()
        {
            Monitor.Enter(_sync);
            try { Work(); }
            catch (Exception) { }
            finally { Monitor.Exit(_sync); }
        }
        void RightBehind()
        {
            Monitor.Enter(_sync);
            try { Work(); }
            catch (Exception) { }
            Monitor.Exit(_sync);
        }
        void NothingThrows()
        {
            try { Monitor.Enter(_sync); _k++; Monitor.Exit(_sync); }
            catch (Exception) { }
        }
        void ReleasedBefore()
        {
            Monitor.Enter(_sync);
            try { _k++; Monitor.Exit(_sync); Work(); }
            catch (Exception) { }
        }
        void ByFlag()
        {
            bool taken = false;
            try { Monitor.Enter(_sync, ref taken); Work(); }
            catch (Exception) { }
            finally { if (taken) Monitor.Exit(_sync); }
        }
        """);
}
