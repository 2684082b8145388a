using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>LCK5007: an error path puts some of what was published back, and not all.</summary>
public sealed class LCK5007Tests
{
    internal const string Slots = """
        public class Slot { public ulong Base; public int Pages; public Slot Copy() => new(); }
        public struct Range { public ulong Start, End; }
        public class Kvm
        {
            readonly object _lock = new();
            readonly object _other = new();
            [GuardedBy("_lock")] readonly Slot?[] _slots = new Slot?[8];
            [GuardedBy("_lock")] readonly List<Slot> _list = new();
            [GuardedBy("_lock")] int _count;
            [GuardedBy("_lock")] Slot? _last;
            [GuardedBy("_lock")] bool _busy;
            [GuardedBy("_lock")] Range _range;
            [GuardedBy("_lock")] int _errors;
            [GuardedBy("_other")] int _elsewhere;
            public int Free;
            static int Arch() => 0;
            static bool Try() => true;
            static Errno Commit() => Errno.Success;
            public static bool Cond() => true;

        """;

    internal static Task VerifyAsync(string members, params DiagnosticResult[] expected) => Flows.VerifyAsync(Slots + members + "}", expected);

    /// <summary>The model case: the slot gets its old contents back, the number of slots stays.</summary>

    [Fact]
    public Task SlotPutBackAndCountNot_FoundAtTheReturn() => VerifyAsync("""
        public int Set(int id, Slot slot)
        {
            lock (_lock)
            {
                var old = _slots[id];
                _slots[id] = slot;
                if (id >= _count)
                    {|#1:_count =|} id + 1;
                int ret = Arch();
                if (ret < 0)
                {
                    _slots[id] = old;
                    {|#0:return ret;|}
                }

                return 0;
            }
        }
        """, VerifyCS.Diagnostic("LCK5007").WithLocation(0).WithLocation(1).WithArguments("_slots", "_count"));

    [Fact]
    public Task EverySpellingOfAnError_Found() => VerifyAsync("""
        public bool Flag(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                if (!Try()) { _last = old; {|LCK5007:return false;|} }
                return true;
            }
        }
        public Errno Code(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                var ret = Commit();
                if (ret != Errno.Success)
                    _last = old;
                {|LCK5007:return ret;|}
            }
        }
        public void Thrown(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                if (!Try()) { _last = old; {|LCK5007:throw new InvalidOperationException();|} }
            }
        }
        public void Caught(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                try
                {
                    _last = slot;
                    _count++;
                    Arch();
                }
                catch (InvalidOperationException)
                {
                    if (Cond())
                        _last = old;
                    {|LCK5007:throw;|}
                }
                catch
                {
                    _last = old;
                    {|LCK5007:throw;|}
                }
            }
        }
        public Slot? Null(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                if (!Try()) { _last = old; {|LCK5007:return null;|} }
                return slot;
            }
        }
        public int Jumps(Slot slot)
        {
            int ret = -12;
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                _count++;
                if (Cond()) goto undo;
                if (!Try()) goto undo;
                return 0;
            undo:
                _last = old;
                {|LCK5007:return ret;|}
            }
        }
        """);

    [Fact]
    public Task OneStepForgotten_Found() => VerifyAsync("""
        public int Count(Slot slot)
        {
            lock (_lock)
            {
                _last = slot;
                _count++;
                if (!Try()) { _count--; {|LCK5007:return -1;|} }
                return 0;
            }
        }
        public int Cleared(int id, Slot slot)
        {
            lock (_lock)
            {
                if (_slots[id] is not null) return -17;
                _slots[id] = slot;
                _count += 1;
                if (!Try()) { _slots[id] = null; {|LCK5007:return -1;|} }
                return 0;
            }
        }
        public int Whole(ulong end)
        {
            lock (_lock)
            {
                var old = _range;
                _range.End = end;
                _count++;
                if (!Try()) { _range = old; {|LCK5007:return -1;|} }
                return 0;
            }
        }
        public int OneOfTwoErrors(Slot slot)
        {
            lock (_lock)
            {
                var old = _last;
                _last = slot;
                if (!Try()) { _last = old; return -1; }
                _count++;
                if (!Try()) { _last = old; {|LCK5007:return -2;|} }
                return 0;
            }
        }
        """);

    [Fact]
    public Task MembersOfAnObjectThatIsCopied() => Flows.VerifyAsync("""
        public class Kvm { internal readonly object Gate = new(); }
        public class Slot
        {
            internal readonly Kvm Kvm = new();
            [GuardedBy("Kvm.Gate")] internal ulong Base;
            [GuardedBy("Kvm.Gate")] internal int Pages;
        }
        public class Copy { public ulong Base; public int Pages; }
        public class User
        {
            [RequiresLock("slot.Kvm.Gate")] static Slot Clone(Slot slot) => new() { Base = slot.Base, Pages = slot.Pages };
            static bool Try() => true;
            public static int Wrong(Slot slot)
            {
                lock (slot.Kvm.Gate)
                {
                    ulong oldBase = slot.Base;
                    int oldPages = slot.Pages;
                    slot.Base = 3;
                    slot.Pages = 4;
                    if (!Try()) { slot.Base = oldBase; {|LCK5007:return -1;|} }
                    return 0;
                }
            }
            public static int Right(Slot slot)
            {
                lock (slot.Kvm.Gate)
                {
                    ulong oldBase = slot.Base;
                    int oldPages = slot.Pages;
                    slot.Base = 3;
                    slot.Pages = 4;
                    if (!Try()) { slot.Base = oldBase; slot.Pages = oldPages; return -1; }
                    return 0;
                }
            }
            public static int Twins(Slot slot, Slot wanted)
            {
                lock (slot.Kvm.Gate)
                {
                    ulong oldBase = slot.Base;
                    slot.Base = wanted.Base;
                    slot.Pages = wanted.Pages;
                    if (!Try()) { slot.Base = oldBase; {|LCK5007:return -1;|} }
                    return 0;
                }
            }
        }
        """.Replace("wanted.Base", "wanted.{|LCK1001:Base|}", StringComparison.Ordinal).Replace("wanted.Pages", "wanted.{|LCK1001:Pages|}", StringComparison.Ordinal));

    [Fact]
    public Task CallerHoldsTheLock_Found() => VerifyAsync("""
        [RequiresLock("_lock")]
        public int Locked(Slot slot)
        {
            var old = _last;
            _last = slot;
            _count++;
            if (!Try()) { _last = old; {|LCK5007:return -1;|} }
            return 0;
        }
        """);
}
