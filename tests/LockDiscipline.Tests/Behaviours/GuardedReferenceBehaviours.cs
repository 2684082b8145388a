using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Guarded state passed on and returned by reference.</summary>
public sealed class GuardedReferenceBehaviours
{
    [Fact]
    public Task PassedByReference_IsAUse() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] int _n;

            static void In(in int n) { }
            static void Ref(ref int n) { }
            static void Out(out int n) => n = 0;
            static void ReadOnly(ref readonly int n) { }

            void Wrong()
            {
                In(in {|LCK1001:_n|});
                In({|LCK1001:_n|});
                Ref(ref {|LCK1001:_n|});
                Out(out {|LCK1001:_n|});
                Interlocked.Increment(ref {|LCK1001:_n|});
                Volatile.Read(ref {|LCK1001:_n|});
            }
            void Shared()
            {
                _rw.EnterReadLock();
                In(in _n);
                In(_n);
                ReadOnly(in _n);
                Ref(ref {|LCK1003:_n|});
                Out(out {|LCK1003:_n|});
                _rw.ExitReadLock();
            }
            void Right()
            {
                _rw.EnterWriteLock();
                Ref(ref _n);
                Out(out _n);
                _rw.ExitWriteLock();
            }
        }
        """);

    [Fact]
    public Task ArgumentOfParamsOperatorAndIndexer_IsAUse() => LocksOnly.VerifyAsync("""
        class Value
        {
            public static Value operator +(Value a, Value b) => a;
            public int this[Value v] => 0;
            public static implicit operator int(Value v) => 0;
        }
        class C
        {
            readonly object _gate = new();
            [GuardedBy("_gate")] Value _v = new();

            static void Params(params Value[] values) { }
            static void Span(params ReadOnlySpan<Value> values) { }
            void Wrong(Value other)
            {
                Params(other, {|LCK1001:_v|});
                Span({|LCK1001:_v|}, other);
                _ = other + {|LCK1001:_v|};
                _ = other[{|LCK1001:_v|}];
                int n = {|LCK1001:_v|};
                _ = $"{{|LCK1001:_v|}}";
                Value[] all = [{|LCK1001:_v|}];
            }
            void Right(Value other)
            {
                lock (_gate)
                {
                    Params(other, _v);
                    Span(_v, other);
                    _ = other + _v;
                    _ = other[_v];
                    int n = _v;
                    _ = $"{_v}";
                    Value[] all = [_v];
                }
            }
        }
        """);

    [Fact]
    public Task RefReturn_WithoutTheLockIsAUse() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            [GuardedBy("_rw")] int _n;

            ref int Wrong() => ref {|LCK1001:_n|};
            ref readonly int WrongToo() => ref {|LCK1001:_n|};
            [RequiresLock("_rw")] ref int Right() => ref _n;
            [RequiresLock("_rw", Shared = true)] ref int Shared() => ref {|LCK1003:_n|};
            [RequiresLock("_rw", Shared = true)] ref readonly int Reading() => ref _n;
            [AcquiresLock("_rw")] ref int Taking()
            {
                _rw.EnterWriteLock();
                return ref _n;
            }
        }
        """);

    [Fact]
    public Task ReturnedAfterTheRelease_ReadWithoutIt() => LocksOnly.VerifyAsync("""
        class C
        {
            readonly SpinLockBox _box = new();
            readonly Mutex _mutex = new();
            [GuardedBy("_mutex")] int _n;
            [GuardedBy("_mutex")] string _name = "";

            int Wrong()
            {
                _mutex.WaitOne();
                _n++;
                _mutex.ReleaseMutex();
                return {|LCK1001:_n|};
            }
            string Right()
            {
                _mutex.WaitOne();
                var name = _name;
                _mutex.ReleaseMutex();
                return name + name.Length;
            }
        }
        class SpinLockBox { public SpinLock Lock; }
        """);
}
