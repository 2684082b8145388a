namespace LockDiscipline.Tests.Rules;

/// <summary>Helpers that lock, or release, where a member of their object says so: at a call it is the member's value there that decides.</summary>
public sealed class ReceiverFlagTests
{
    [Fact]
    public Task PairOfHelpersAskTheSameMember_Silent() => Flows.VerifyAsync("""
        class Pipe
        {
            readonly object _sync = new();
            bool _shared;
            object _owner;
            int _mode, _n;
            static bool s_safe;
            internal void Share(bool shared) => _shared = shared;
            void Lock() { if (_shared) Monitor.Enter(_sync); }
            void Unlock() { if (_shared) Monitor.Exit(_sync); }
            public void Send() { Lock(); try { _n++; } finally { Unlock(); } }
            public bool Read(bool b)
            {
                Lock();
                try { if (b) return false; _n--; return true; }
                finally { Unlock(); }
            }
            void LockFor() { if (_owner != null) Monitor.Enter(_sync); }
            void UnlockFor() { if (_owner == null) return; Monitor.Exit(_sync); }
            public void Own() { LockFor(); _n++; UnlockFor(); }
            void LockIn() { if (_mode == 3) Monitor.Enter(_sync); }
            void UnlockIn() { if (_mode == 3) Monitor.Exit(_sync); }
            public void Mode() { LockIn(); _n++; UnlockIn(); }
            void LockSafe() { if (s_safe) Monitor.Enter(_sync); }
            void UnlockSafe() { if (s_safe) Monitor.Exit(_sync); }
            public void Safe() { LockSafe(); _n++; UnlockSafe(); }
        }
        class User
        {
            readonly Pipe _pipe = new();
            Pipe Inner => _pipe;
            public void Send() => _pipe.Send();
            public bool Read() => Inner.Read(true);
        }
        """);

    [Fact]
    public Task AwaitedHelpersAskTheSameMember_Silent() => Flows.VerifyAsync("""
        class Channel
        {
            readonly SemaphoreSlim _turn = new(1, 1);
            bool _confirms;
            long _next;
            internal async Task Configure(bool confirms) { _confirms = confirms; await Task.Yield(); }
            async Task<IDisposable> Begin(CancellationToken stop)
            {
                if (!_confirms)
                    return null;
                await _turn.WaitAsync(stop).ConfigureAwait(false);
                _next++;
                return null;
            }
            void End(IDisposable lease)
            {
                if (_confirms)
                {
                    _turn.Release();
                    lease?.Dispose();
                }
            }
            bool Settle(object given) => _confirms && given != null;
            public ValueTask Publish(object given, CancellationToken stop) => Core(given, stop);
            async ValueTask Core(object given, CancellationToken stop)
            {
                var lease = await Begin(stop).ConfigureAwait(false);
                try { await Task.Delay(1, stop).ConfigureAwait(false); }
                catch (Exception) { if (!Settle(given)) throw; }
                finally { End(lease); }
            }
        }
        class User
        {
            readonly Channel _channel = new();
            public ValueTask Publish(CancellationToken stop) => _channel.Publish("x", stop);
        }
        """);

    /// <summary>What the helper leaves in the member is known after the call.</summary>
    [Fact]
    public Task MemberIsSetByTheHelperThatLocks_Silent() => Flows.VerifyAsync("""
        class C
        {
            readonly object _sync = new();
            bool _held;
            int _n;
            void Take() { Monitor.Enter(_sync); _held = true; }
            void TakeIf(bool need) { _held = need; if (need) Monitor.Enter(_sync); }
            void Give() { if (!_held) return; _held = false; Monitor.Exit(_sync); }
            public void M() { Take(); try { _n++; } finally { Give(); } }
            public void Twice() { Take(); _n++; Give(); _n++; Give(); }
            public void Needed(bool need) { TakeIf(need); _n++; Give(); }
        }
        """);

    [Fact]
    public Task MemberChangesInBetween_Found() => Flows.VerifyAsync("""
        class Pipe
        {
            readonly object _sync = new();
            bool _shared;
            int _n;
            void Lock() { if (_shared) Monitor.Enter(_sync); }
            void Unlock() { if (_shared) Monitor.Exit(_sync); }
            public void Off() { {|LCK1004:Lock|}(); _n++; _shared = false; Unlock(); }
            public void On() { {|LCK1008:Lock|}(); _n++; _shared = true; Unlock(); }
        }
        """);

    [Fact]
    public Task ReleaseIsForgottenOrAsksAnotherMember_Found() => Flows.VerifyAsync("""
        class Pipe
        {
            readonly object _sync = new();
            readonly bool _shared, _other;
            int _n;
            public Pipe(bool shared, bool other) { _shared = shared; _other = other; }
            void Lock() { if (_shared) Monitor.Enter(_sync); }
            void Unlock() { if (_shared) Monitor.Exit(_sync); }
            void UnlockOther() { if (_other) Monitor.Exit(_sync); }
            public bool Early(bool b)
            {
                {|LCK1004:Lock|}();
                if (b)
                    return false;
                _n++;
                Unlock();
                return true;
            }
            public void Mixed() { {|LCK1008:Lock|}(); _n++; UnlockOther(); }
        }
        """);

    [Fact]
    public Task OtherObjectsMember_Found() => Flows.VerifyAsync("""
        class Pipe
        {
            readonly object _sync = new();
            internal bool Shared;
            internal static int N;
            internal void Lock() { if (Shared) Monitor.Enter(_sync); }
            internal void Unlock() { if (Shared) Monitor.Exit(_sync); }
        }
        class User
        {
            readonly Pipe _in = new(), _out = new();
            public void Good() { _in.Lock(); Pipe.N++; _in.Unlock(); }
            public void Bad() { _in.{|LCK1004:Lock|}(); Pipe.N++; _out.{|LCK1005:Unlock|}(); }
        }
        """);
}
