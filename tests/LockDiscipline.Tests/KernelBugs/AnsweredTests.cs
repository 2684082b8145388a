namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Needed tests that were made by somebody else: by a helper whose code is a condition, or through a reference that may be null.</summary>
public sealed class AnsweredTests
{
    const string Slots = """
        public class Memory
        {
            public bool IsInvalid;
            public ulong Base, Pages;
            public bool IsUsable => !IsInvalid && Pages > 0;
        }

        public partial class Slots
        {
            [RequiresTest("!slot.IsInvalid")] static ulong ToHva(Memory slot, ulong gfn) => 0;
            [RequiresTest("index < slot.Pages")] static int At(Memory slot, ulong index) => 0;
        }

        """;

    // virt/kvm/kvm_main.c, kvm_is_visible_memslot and its like.
    [Fact]
    public Task TestedByAHelper_VisibleSlot() => Kernel.VerifyAsync(Slots + """
        public partial class Slots
        {
            private static bool IsVisible(Memory? slot) => slot is not null && !slot.IsInvalid;
            private static bool IsDead(Memory slot) => slot.IsInvalid || slot.Pages == 0;
            public static bool InSteps(Memory? slot)
            {
                if (slot == null)
                    return false;
                if (slot.IsInvalid)
                    return false;
                return slot.Pages > 0;
            }

            private static bool Matches(Memory? slot) => slot is { IsInvalid: false };
            private static bool Contains(Memory slot, ulong index) => !slot.IsInvalid && index < slot.Pages;
            private static bool IsLarge(Memory slot) => slot.Pages > 512 || slot.IsInvalid;
            private static bool Maybe(Memory slot) { if (slot.Pages == 0) return true; return !slot.IsInvalid; }

            public ulong After(Memory? slot, ulong gfn) => IsVisible(slot) ? ToHva(slot!, gfn) : 0;
            public ulong AfterDead(Memory slot, ulong gfn) { if (IsDead(slot)) return 0; return ToHva(slot, gfn); }
            public ulong AfterSteps(Memory slot, ulong gfn) { bool ok = InSteps(slot); return ok ? ToHva(slot, gfn) : 0; }
            public ulong AfterPattern(Memory slot, ulong gfn) { if (!Matches(slot)) return 0; return ToHva(slot, gfn); }
            public ulong AfterProperty(Memory slot, ulong gfn) => slot.IsUsable ? ToHva(slot, gfn) : 0;
            public int AfterIndex(Memory slot, ulong index) => Contains(slot, index) ? At(slot, index) : -1;

            public ulong BeforeOther(Memory slot, Memory other, ulong gfn) => IsVisible(other) ? {|LCK5004:ToHva|}(slot, gfn) : 0;
            public ulong BeforeFalse(Memory slot, ulong gfn) => IsVisible(slot) ? 0 : {|LCK5004:ToHva|}(slot, gfn);
            public ulong BeforeEither(Memory slot, ulong gfn) => IsLarge(slot) ? {|LCK5004:ToHva|}(slot, gfn) : 0;
            public ulong BeforeMaybe(Memory slot, ulong gfn) => Maybe(slot) ? {|LCK5004:ToHva|}(slot, gfn) : 0;
            public int BeforeIndex(Memory slot, ulong index) => Contains(slot, index) ? {|LCK5004:At|}(slot, index + 1) : -1;

            public ulong BeforeChanged(Memory slot, ulong gfn)
            {
                if (!IsVisible(slot))
                    return 0;
                slot.IsInvalid = gfn == 0;
                return {|LCK5004:ToHva|}(slot, gfn);
            }
        }
        """);

    // The slot that was looked up may not be there: `slot?.IsInvalid` has three answers.
    [Fact]
    public Task TestedThroughAReferenceThatMayBeNull() => Kernel.VerifyAsync(Slots + """
        public partial class Slots
        {
            public ulong NotFalse(Memory? slot, ulong gfn) { if (slot?.IsInvalid != false) return 0; return ToHva(slot, gfn); }
            public ulong IsFalse(Memory? slot, ulong gfn) { if (slot?.IsInvalid == false) return ToHva(slot, gfn); return 0; }
            public ulong OrTrue(Memory? slot, ulong gfn) { if (slot?.IsInvalid ?? true) return 0; return ToHva(slot, gfn); }
            public ulong NotOrTrue(Memory? slot, ulong gfn) => !(slot?.IsInvalid ?? true) ? ToHva(slot, gfn) : 0;
            public ulong Pattern(Memory? slot, ulong gfn) { if (slot?.IsInvalid is false) return ToHva(slot, gfn); return 0; }
            public ulong EitherPattern(Memory? slot, ulong gfn) { if (slot?.IsInvalid is null or true) return 0; return ToHva(slot, gfn); }

            public ulong NotTrue(Memory? slot, ulong gfn) { if (slot?.IsInvalid == true) return 1; return slot is null ? 0 : ToHva(slot, gfn); }

            public ulong BeforeOrFalse(Memory slot, ulong gfn) { if (slot?.IsInvalid ?? false) return {|LCK5004:ToHva|}(slot, gfn); return 0; }
            public ulong BeforeOther(Memory slot, ulong gfn) { if (slot?.Pages == 0) return 1; return {|LCK5004:ToHva|}(slot!, gfn); }
        }
        """);
}
