namespace LockDiscipline.Tests.Rules;

/// <summary>LCK5004 and what is computed: conditions with operators, numbers that are known, never negative, or a step away.</summary>
public sealed class LCK5004ComputedTests
{
    [Fact]
    public Task OperatorsInTheCondition_TestedAsTheyAreComputed() => Flows.VerifyAsync("""
        public class Slot { public ulong Base, Pages; public int Flags; public bool IsDirty, IsNew; }
        public static class Map
        {
            public const int Private = 4;
            [RequiresTest("start % 4096 == 0")] public static void Page(ulong start) { }
            [RequiresTest("(slot.Flags & Private) != 0")] public static void Guest(Slot slot) { }
            [RequiresTest("gfn >= slot.Base && gfn < slot.Base + slot.Pages")] public static int Index(Slot slot, ulong gfn) => 0;
            [RequiresTest("offset + count <= buffer.Length")] public static void Copy(byte[] buffer, int offset, int count) { }
            [RequiresTest("slot.IsDirty | slot.IsNew")] public static void Write(Slot slot) { }
        }
        public class Callers
        {
            public void Aligned(ulong at) { if (at % 4096 != 0) return; Map.Page(at); }
            public void AlignedOtherwise(ulong at) { if (at % 512 != 0) return; Map.{|LCK5004:Page|}(at); }
            public void Flag(Slot slot) { if ((slot.Flags & Map.Private) != 0) Map.Guest(slot); }
            public void OtherFlag(Slot slot) { if ((slot.Flags & 2) != 0) Map.{|LCK5004:Guest|}(slot); }
            public void JustSet(Slot slot) { int flags = slot.Flags; flags |= Map.Private; slot.Flags = flags; Map.Guest(slot); }
            public int Within(Slot slot, ulong gfn) => gfn >= slot.Base && gfn < slot.Base + slot.Pages ? Map.Index(slot, gfn) : -1;
            public int Above(Slot slot, ulong gfn) => gfn >= slot.Base ? Map.{|LCK5004:Index|}(slot, gfn) : -1;
            public void Fits(byte[] bytes, int at, int n) { if (at + n > bytes.Length) throw new ArgumentException(); Map.Copy(bytes, at, n); }
            public void FitsAtZero(byte[] bytes, int at, int n) { if (n > bytes.Length) throw new ArgumentException(); Map.{|LCK5004:Copy|}(bytes, at, n); }
            public void OneOfTwo(Slot slot) { if (slot.IsDirty || slot.IsNew) Map.Write(slot); }
            public void One(Slot slot) { if (slot.IsNew) Map.Write(slot); }
            public void None(Slot slot) => Map.{|LCK5004:Write|}(slot);
        }
        """);

    [Fact]
    public Task NumbersThatAreKnown_Silent() => Flows.VerifyAsync("""
        public static class Pool { [RequiresTest("count > 0")] public static void Take(int count) { } }
        public class Callers
        {
            public void Equal(int n) { if (n == 5) Pool.Take(n); }
            public void EqualToNone(int n) { if (n == 0) Pool.{|LCK5004:Take|}(n); }
            public void Counted(List<int> list) { if (list.Count == 0) return; Pool.Take(list.Count); }
            public void CountedAtLeastNone(List<int> list) { if (list.Count >= 0) Pool.{|LCK5004:Take|}(list.Count); }
            public void OfAnArray(int[] all) { if (all.Length != 0) Pool.Take(all.Length); }
            public void Unsigned(uint n) { if (n == 0) return; Pool.Take((int)n); }
            public void Signed(int n) { if (n == 0) return; Pool.{|LCK5004:Take|}(n); }
            public void OneMore(int n) { int more = n + 1; if (n >= 0) Pool.Take(more); }
            public void OneLess(int n) { int less = n - 1; if (n > 1) Pool.Take(less); }
            public void OneLessThanOne(int n) { int less = n - 1; if (n > 0) Pool.{|LCK5004:Take|}(less); }
        }
        """);
}
