namespace LockDiscipline.Tests.Rules;

/// <summary>LCK5006: what was read under an earlier hold of the lock comes back as the new value.</summary>
public sealed class LCK5006Tests
{
    static Task VerifyAsync(string members) => Flows.VerifyAsync($$"""
        public class C
        {
            readonly object _sync = new();
            readonly Gate _gate = new();
            [GuardedBy("_sync")] int _n;
            [GuardedBy("_sync")] int _version;
            [GuardedBy("_sync")] object? _head;
            [GuardedBy("_sync")] int Auto { get; set; }
            [GuardedBy("_gate")] int _m;
            static int Compute(int n) => n;
            static void Work() { }
        {{members}}
        }
        """);

    [Fact]
    public Task StaleValue_Found() => VerifyAsync("""
        public void Plain() { int t; lock (_sync) t = _n; lock (_sync) {|LCK5006:_n =|} t; }
        public void Computed() { int t; lock (_sync) t = _n; Work(); lock (_sync) {|LCK5006:_n =|} t + 1; }
        public void Called() { int t; lock (_sync) { t = _n; } lock (_sync) { {|LCK5006:_n =|} Compute(t); } }
        public void Property() { int t; lock (_sync) t = Auto; lock (_sync) {|LCK5006:Auto =|} t * 2; }
        public void Explicit() { _gate.Enter(); int t = _m; _gate.Exit(); _gate.Enter(); {|LCK5006:_m =|} t + 1; _gate.Exit(); }
        public void Stepped() { int t; lock (_sync) t = _n; t++; lock (_sync) {|LCK5006:_n =|} t; }
        public void Added(int by) { int t; lock (_sync) t = _n; t += by; lock (_sync) {|LCK5006:_n =|} t; }
        public void OnePath(bool c)
        {
            Monitor.Enter(_sync);
            int t = _n;
            if (c)
            {
                Monitor.Exit(_sync);
                Monitor.Enter(_sync);
            }
            {|LCK5006:_n =|} t + 1;
            Monitor.Exit(_sync);
        }
        public void Waits() { lock (_sync) { int t = _n; while (_head is null) Monitor.Wait(_sync); {|LCK5006:_n =|} t + 1; } }
        """);

    [Fact]
    public Task FreshValue_Silent() => VerifyAsync("""
        public void Same() { lock (_sync) { int t = _n; Work(); _n = t + 1; } }
        public void SteppedAtOnce() { lock (_sync) { int t = _n; t++; Work(); _n = t; } }
        public void Again() { int t; lock (_sync) t = _n; lock (_sync) { t = _n; _n = t + 1; } }
        public void Merged() { int t; lock (_sync) t = _n; lock (_sync) _n = _n - t; }
        public void Compound() { int t; lock (_sync) t = _n; lock (_sync) _n += t; }
        public void OtherMember() { int t; lock (_sync) t = _n; lock (_sync) _version = t; }
        public void Independent() { int t; lock (_sync) t = _n; lock (_sync) _n = 5; Compute(t); }
        public void WrittenBetween() { lock (_sync) { int t = _n; _n = 3; _n = t; } }
        public void Restored() { int t; lock (_sync) { t = _n; _n = -1; } Work(); lock (_sync) _n = t; }
        public void Taken() { object? head; lock (_sync) { head = _head; _head = null; } Work(); lock (_sync) _head = head; }
        public void OtherInstance(C other) { int t; lock (_sync) t = _n; lock (other._sync) other._n = t; }
        public void LockedTwiceFirst() { lock (_sync) _version++; lock (_sync) { int t = _n; _n = 5; _n = t + 1; } }
        """);

    [Fact]
    public Task Compared_Silent() => VerifyAsync("""
        public void Equal() { int t; lock (_sync) t = _n; Work(); lock (_sync) { if (_n == t) _n = t + 1; } }
        public void Unequal() { int t; lock (_sync) t = _n; Work(); lock (_sync) { if (_n != t) return; _n = t + 1; } }
        public void Max() { int t; lock (_sync) t = _n; Work(); lock (_sync) { if (t > _n) _n = t; } }
        public void Version() { int t, v; lock (_sync) { t = _n; v = _version; } Work(); lock (_sync) { if (_version != v) return; _n = t + 1; } }
        public void Reference() { object? h; lock (_sync) h = _head; Work(); lock (_sync) { if (!ReferenceEquals(_head, h)) return; _head = h; } }
        public void Retry()
        {
            while (true)
            {
                int t;
                lock (_sync)
                    t = _n;
                int next = Compute(t);
                lock (_sync)
                {
                    if (_n != t)
                        continue;
                    _n = next;
                    return;
                }
            }
        }
        """);
}
