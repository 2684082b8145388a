using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Objects that dispose, store or return themselves; consumers that are delegates or come with the type.</summary>
public sealed class OwnObjectTests
{
    // A stream that closes itself.
    [Fact]
    public Task DisposedByItself_Stream() => Flows.VerifyAsync("""
        public sealed class Stream2 : IDisposable
        {
            int _h;
            [return: Owned("stream")] public static Stream2 Open(string name) => new();
            public Stream2 Reopen() { Dispose(); return this; }
            public void CloseNow() { this.Dispose(); }
            public void Dispose() { }
            public bool TryUse() { if (_h < 0) { Dispose(); return false; } return true; }
        }
        public static class U
        {
            public static void Right()
            {
                var s = Stream2.Open("a");
                s.CloseNow();
            }
            public static bool Right2()
            {
                var s = Stream2.Open("a");
                if (!s.TryUse())
                    return false;
                s.Dispose();
                return true;
            }
            public static int Wrong(bool c)
            {
                var s = Stream2.{|LCK4003:Open|}("a");
                if (c)
                    return 1;
                s.CloseNow();
                return 0;
            }
        }
        """);

    // Calls that return their own object, register it, or close it by another name.
    [Fact]
    public Task ReturnedAndClosed_Connection() => Flows.VerifyAsync("""
        public sealed class Conn : IDisposable
        {
            int _timeout; string _name = "";
            static readonly List<Conn> s_all = [];
            [return: Owned("conn")] public static Conn Open(string n) => new();
            public Conn WithTimeout(int t) { _timeout = t; return this; }
            public Conn WithName(string n) { if (n.Length == 0) throw new ArgumentException(); _name = n; return this; }
            public Conn Trivial() => this;
            public void Register() { lock (s_all) s_all.Add(this); }
            public void AddTo(List<Conn> l) => l.Add(this);
            public void Close() => Dispose();
            public async Task CloseAsync() { await Task.Yield(); Dispose(); }
            public void Shutdown() { CloseInner(); }
            void CloseInner() { _timeout = 0; Dispose(); }
            public void Dispose() { }
            public int Timeout => _timeout;
        }
        public class UseConn
        {
            static bool Cond() => true;
            public void A() { var c = Conn.Open("a").WithTimeout(3); c.Dispose(); }
            public void B() { var c = Conn.Open("a").WithTimeout(3).WithName("x"); c.Dispose(); }
            public void C() { using var c = Conn.Open("a").Trivial(); }
            public void D() { var c = Conn.Open("a"); c.Register(); }
            public void E(List<Conn> l) { Conn.Open("a").AddTo(l); }
            public void F() { var c = Conn.Open("a"); c.Close(); }
            public async Task G() { var c = Conn.Open("a"); await c.CloseAsync(); }
            public void H() { var c = Conn.Open("a"); c.Shutdown(); }
            public void I() { using var c = Conn.Open("a").WithTimeout(3); }
            public int J() { var c = Conn.{|LCK4003:Open|}("a").WithTimeout(3); if (Cond()) return 1; c.Dispose(); return 2; }
            public int K() { var c = Conn.{|LCK4003:Open|}("a"); if (c.Timeout > 3) return 1; c.Close(); return 2; }
            public Conn L() => Conn.Open("a").WithTimeout(2);
            public void M() { var c = Conn.Open("a"); try { c.WithTimeout(3); } finally { c.Close(); } }
            public void N() { Conn? c = null; try { c = Conn.Open("a"); } finally { c?.Close(); } }
        }
        public abstract class Res : IDisposable
        {
            [return: Owned("res")] public static Res Make() => null!;
            public void Dispose() { Dispose(true); GC.SuppressFinalize(this); }
            protected virtual void Dispose(bool disposing) { }
            public virtual void Close() { Dispose(); }
            public void Abort() => Dispose(true);
        }
        public class UseRes
        {
            public void A() { var r = Res.Make(); r.Close(); }
            public void B() { var r = Res.Make(); ((IDisposable)r).Dispose(); }
            public void C() { IDisposable r = Res.Make(); r.Dispose(); }
            public void D() { var r = Res.Make(); r.Abort(); }
            public void E(System.IO.Stream s) { }
        }
        """);

    // A handle that is closed by a member of an extension block, which says of the extended object what an attribute on a method cannot.
    [Fact]
    public Task ClosedByAnExtension_Handle() => Flows.VerifyAsync("""
        public class Handle { public int N; }
        public static class HandleEx
        {
            [return: Owned("h")] public static Handle? OpenHandle(string name) => null;
            extension([Consumes("h")] Handle h) { public void Close() { } }
        }
        public static class UseH
        {
            static bool Cond() => true;
            public static int Right()
            {
                var h = HandleEx.OpenHandle("x");
                if (h is null) return -1;
                int n = h.N;
                h.Close();
                return n;
            }
            public static int Wrong()
            {
                var h = HandleEx.{|LCK4003:OpenHandle|}("x");
                if (h is null) return -1;
                if (Cond()) return -2;
                h.Close();
                return 0;
            }
            public static int After()
            {
                var h = HandleEx.OpenHandle("x");
                if (h is null) return -1;
                h.Close();
                return {|LCK4004:h|}.N;
            }
        }
        """);

    // lib/kobject.c: an object that could not be registered is put, by static members of its type and by release functions.
    [Fact]
    public Task PutByItsType_Kobject() => Flows.VerifyAsync("""
        public interface IKObject<TSelf> where TSelf : class, IKObject<TSelf>
        {
            [return: Owned("kobj")] static abstract TSelf Create(string name);
            static abstract void Put([Consumes("kobj")] TSelf? o);
            [MustCheck] bool Register();
        }
        public sealed class Queue2 : IKObject<Queue2>
        {
            public static Queue2 Create(string name) => new();
            public static void Put(Queue2? o) { }
            public bool Register() => true;
        }
        public static class Maker
        {
            public static T? Make<T>(string n) where T : class, IKObject<T>
            {
                var t = T.Create(n);
                if (!t.Register())
                {
                    T.Put(t);
                    return null;
                }
                return t;
            }
            public static bool MakeLeaks<T>(string n) where T : class, IKObject<T>
            {
                var t = T.{|LCK4003:Create|}(n);
                if (!t.Register())
                    return false;
                T.Put(t);
                return true;
            }
            public static bool MakeTwice(string n)
            {
                var t = Queue2.Create(n);
                if (!t.Register())
                    Queue2.Put(t);
                Queue2.{|LCK4004:Put|}(t);
                return true;
            }
        }
        public partial class Part
        {
            [return: Owned("kobj")] private partial Queue2? Open(string s);
            private partial void Close([Consumes("kobj")] Queue2 q);
            private partial Queue2? Open(string s) => null;
            private partial void Close(Queue2 q) { Queue2.Put(q); }
            public int A(string s) { var q = {|LCK4003:Open|}(s); if (q is null) return -1; if (s.Length > 3) return -2; Close(q); return 0; }
            public int B(string s) { var q = Open(s); if (q is null) return -1; Close(q); return 0; }
        }
        public delegate void Release([Consumes("kobj")] Queue2 q);
        [MustCheck] public delegate int Hook(Queue2 q);
        public class Hooks
        {
            readonly Release _release; readonly Hook[] _hooks = [];
            public Hooks(Release r) { _release = r; }
            public int Run(Queue2 q)
            {
                foreach (var h in _hooks) { int e = h(q); if (e != 0) { _release(q); return e; } }
                _release(q);
                return 0;
            }
            public void Use() { var q = Queue2.Create("x"); _release(q); }
            public void UseTwice() { var q = Queue2.Create("x"); _release(q); {|LCK4004:_release|}(q); }
            public void Ignore(Queue2 q) { foreach (var h in _hooks) {|LCK3001:h|}(q); }
        }
        """);
}
